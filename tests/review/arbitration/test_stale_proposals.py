"""A proposal that rests on what is not so any more, or whose proposer is gone: nobody confirms it, and the page says the way out."""

import pytest
from django.contrib.auth.models import Group

from claims.actors import Actor
from claims.deciding import request_action
from claims.documents import refresh_proof
from claims.enums import ClaimStatus
from claims.models import ReasonCode
from claims.submitting import add_comment
from kit.errors import StaleRecord
from review.arbitration.deciding import confirm, return_proposal, take_back
from review.barring import bar_reviewer, lift_bar
from review.groups import REVIEWERS
from review.models import CaseDecision, CaseEvent
from tests.factories import (
    NOW,
    AuditorFactory,
    LeadFactory,
    OrganizationFactory,
    ReviewerFactory,
    partner_actor,
    pdf_upload,
)
from tests.review.arbitration.acting import act, held, plan_for
from tests.review.arbitration.pages import at, text_of
from tests.review.arbitration.rivals import fresh, holding, running, under_review

pytestmark = pytest.mark.django_db
CONFIRM = "Confirm and carry out"
CHANGED = "This case changed since the decision was proposed, so it cannot be confirmed."


@pytest.fixture
def proposal(contest, reviewer):
    case, _holder, rival = contest
    return act(case, plan_for(case, INTUNE=rival), reviewer)


def comment(holder, rival):
    add_comment(rival, text="Our statement is signed now.", actor=partner_actor(rival), now=NOW)


def refresh(holder, rival):
    refresh_proof(holder, uploads=[pdf_upload("New.pdf", "Newer")], actor=partner_actor(holder), now=NOW)


def ask(holder, rival):
    asked = [ReasonCode.objects.get(code="dates_missing")]
    request_action(rival, reasons=asked, message="", actor=Actor.reviewer(ReviewerFactory()), now=NOW)


CHANGES = [
    (comment, "added a comment."),
    (refresh, "refreshed proof of execution."),
    (ask, "asked for more information."),
]


@pytest.mark.parametrize(("change", "happened"), CHANGES)
def test_after_a_change_the_page_says_what_changed_and_how_to_go_on(client, contest, proposal, change, happened):
    case, holder, rival = contest
    second = ReviewerFactory()
    client.force_login(second)
    assert CONFIRM in text_of(client.get(at("case", case)))
    change(holder, rival)
    text = text_of(client.get(at("case", case)))
    assert CONFIRM not in text
    assert CHANGED in text
    assert happened in text
    assert "Return it with a comment, so that a fresh decision can be proposed." in text
    assert '<details class="case-return" open>' in text
    answer = client.post(at("case-settle", case, proposal.pk), {"act": "confirm"})
    assert answer.status_code == 409
    for sentence in (CHANGED, happened, "Return it, so that a fresh decision can be proposed."):
        assert sentence in text_of(answer)
    assert fresh(proposal).state == "proposed"
    assert fresh(holder).status == ClaimStatus.APPROVED
    returned = client.post(at("case-settle", case, proposal.pk), {"act": "return", "comment": "Read the new comment."})
    assert returned.status_code == 302
    assert fresh(case).state == "open"


@pytest.mark.parametrize(("change", "happened"), CHANGES)
def test_its_proposer_is_led_to_taking_it_back(desk, contest, proposal, change, happened):
    case, holder, rival = contest
    change(holder, rival)
    text = text_of(desk.get(at("case", case)))
    assert CHANGED in text
    assert happened in text
    assert "Take it back, read what is new, and decide again." in text
    assert desk.post(at("case-settle", case, proposal.pk), {"act": "take-back"}).status_code == 302
    assert fresh(case).state == "open"


def test_an_auditor_reads_what_changed_and_who_can_go_on(client, contest, proposal):
    case, holder, rival = contest
    comment(holder, rival)
    client.force_login(AuditorFactory())
    text = text_of(client.get(at("case", case)))
    assert CHANGED in text
    assert "A second reviewer returns it, or whoever proposed it takes it back." in text


def test_words_of_staff_and_a_free_claim_that_is_taken_keep_a_proposal_fresh(client, contest, proposal, second):
    case, holder, rival = contest
    add_comment(rival, text="We are reading it.", actor=Actor.reviewer(ReviewerFactory()), now=NOW)
    client.force_login(second)
    assert CONFIRM in text_of(client.get(at("case", case)))
    assert confirm(proposal, user=second, now=NOW).state == "carried_out"
    assert fresh(holder).status == ClaimStatus.ENDED


@pytest.mark.parametrize("rivals", [2, 4])
def test_saying_what_changed_costs_the_same_for_two_and_four_parties(
    client, tenant, intune, reviewer, rivals, django_assert_num_queries
):
    holder, *others = holding(tenant, intune), *(under_review(tenant, intune) for _ in range(rivals - 1))
    (case,) = running()
    act(case, plan_for(case, INTUNE=others[0]), reviewer)
    for claim in (holder, *others):
        add_comment(claim, text="Something new.", actor=partner_actor(claim), now=NOW)
    client.force_login(ReviewerFactory())
    client.get(at("case", case))
    with django_assert_num_queries(23):  # the page, and of the proposer its permissions, bars, rejections; the changes
        text = text_of(client.get(at("case", case)))
    assert text.count("added a comment.") >= rivals


def test_what_somebody_proposed_is_overtaken_when_it_is_barred_from_one_of_the_partners(contest, proposal, reviewer):
    case, holder, _rival = contest
    lead = LeadFactory()
    bar_reviewer(reviewer, organization=OrganizationFactory(), reason="Friends", by=lead, now=NOW)
    assert fresh(proposal).state == "proposed", "the partner is not in the case"
    bar_reviewer(reviewer, organization=holder.organization, reason="Friends", by=lead, now=NOW)
    settled = fresh(proposal)
    assert (settled.state, settled.settled_at, fresh(case).state) == ("overtaken", NOW, "open")
    noted = CaseEvent.objects.filter(case=case, by=lead).values_list("text", flat=True)
    assert "its proposer may not decide on this case any more" in " ".join(noted)
    with pytest.raises(StaleRecord, match="overtaken"):
        confirm(proposal, user=ReviewerFactory(), now=NOW)
    assert fresh(holder).status == ClaimStatus.APPROVED


def test_what_others_proposed_waits_on_when_somebody_is_barred(contest, proposal):
    _case, holder, _rival = contest
    bar_reviewer(ReviewerFactory(), organization=holder.organization, reason="Friends", by=LeadFactory(), now=NOW)
    assert fresh(proposal).state == "proposed"


def deactivated(person):
    type(person).objects.filter(pk=person.pk).update(is_active=False)


def without_role(person):
    person.groups.remove(Group.objects.get(name=REVIEWERS))


@pytest.mark.parametrize("gone", [deactivated, without_role])
def test_nobody_carries_out_what_was_proposed_by_somebody_who_does_not_decide_any_more(
    client, tenant, contest, proposal, reviewer, gone
):
    case, holder, _rival = contest
    gone(reviewer)
    second = ReviewerFactory()
    with pytest.raises(StaleRecord, match="Robin Reviewer, who proposed this, may not decide"):
        confirm(proposal, user=second, now=NOW)
    assert held(tenant) == [holder.pk]
    client.force_login(second)
    text = text_of(client.get(at("case", case)))
    assert CONFIRM not in text
    assert "Robin Reviewer, who proposed this, may not decide on this case any more." in text
    assert return_proposal(fresh(proposal), comment="Somebody else decides.", user=second, now=NOW).state == "returned"


def test_a_lifted_bar_gives_back_the_right_to_propose_and_not_the_proposal(contest, proposal, reviewer):
    case, holder, rival = contest
    lead = LeadFactory()
    bar = bar_reviewer(reviewer, organization=holder.organization, reason="Friends", by=lead, now=NOW)
    lift_bar(bar, by=lead, now=NOW)
    assert fresh(proposal).state == "overtaken"
    again = act(case, plan_for(case, INTUNE=rival), reviewer)
    assert take_back(again, user=reviewer, now=NOW).state == "taken_back"
    assert CaseDecision.objects.count() == 2
