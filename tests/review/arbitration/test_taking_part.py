"""A disputed rejection is decided by somebody who had no part in it, neither as first nor as second reviewer (Q49)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from claims.actors import Actor
from claims.deciding import OWN_REJECTION, reject, request_action
from claims.enums import ClaimAction, ClaimStatus
from claims.findings import Finding
from claims.models import Claim, ReasonCode
from claims.submitting import dispute, submit
from kit.errors import RuleViolation
from review import second_looks as looks
from review.arbitration.deciding import confirm, return_proposal, take_back
from review.arbitration.questions import ask_all
from review.arbitration.taking import take_case
from review.assigning import assign, claims_open_to, take, take_next
from review.decision.outcomes import Outcome
from review.decision.sending import send_decision
from review.models import SecondLook
from review.queries import has_more_in_hand, is_any_free
from review.taking_part import OWN_REJECTION_IN_CASE
from tests.answers import answer_everything
from tests.factories import NOW, LeadFactory, ReviewerFactory, TenantFactory, claim_under_review, partner_actor
from tests.review.arbitration.acting import act, plan_for
from tests.review.arbitration.pages import at, text_of
from tests.review.arbitration.rivals import fresh, holding, running, under_review

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def always_drawn(settings):
    settings.SECOND_LOOK_PERCENT = 100


@pytest.fixture
def rejected(tenant, intune, reviewer, second):
    """A contender that lost a case: the reviewer proposed it, the second one confirmed."""
    _holder, winner, loser = holding(tenant, intune), under_review(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    confirm(act(case, plan_for(case, INTUNE=winner), reviewer), user=second, now=LATER)
    return fresh(loser)


@pytest.fixture
def disputed(rejected):
    """The same disputed by its partner: it meets the new holder in a new case."""
    dispute(rejected, actor=partner_actor(rejected), message="The signature is on page 3.", now=LATER)
    return fresh(rejected)


@pytest.fixture(params=["first", "second"])
def involved(request, reviewer, second):
    """Each of the two who decided."""
    return {"first": reviewer, "second": second}[request.param]


def back_under_review(claim):
    """A colleague asked for more, gave the claim back, and the partner submitted again."""
    asked = [ReasonCode.objects.get(code="dates_missing")]
    request_action(claim, reasons=asked, message="", actor=Actor.reviewer(ReviewerFactory()), now=LATER)
    Claim.objects.filter(pk=claim.pk).update(reviewer=None)
    claim = fresh(claim)
    answer_everything(claim)
    submit(claim, actor=partner_actor(claim), now=LATER)
    return fresh(claim)


@pytest.fixture(params=["disputed", "submitted again"])
def claim(request, disputed):
    """The disputed claim, and what it is after one more request."""
    found = back_under_review(disputed) if request.param == "submitted again" else disputed
    assert found.status == (ClaimStatus.UNDER_REVIEW if request.param == "submitted again" else ClaimStatus.DISPUTED)
    return found


def test_neither_of_the_two_is_given_the_claim_and_a_colleague_is(claim, involved):
    assert claim not in claims_open_to(involved)
    assert take_next(involved, now=LATER) != claim
    besides = claim_under_review(reviewer=ReviewerFactory())
    assert not is_any_free(involved, besides=besides)
    assert not has_more_in_hand(involved, besides=besides)
    with pytest.raises(RuleViolation) as refusal:
        take(claim, user=involved, now=LATER)
    assert refusal.value.message == OWN_REJECTION
    with pytest.raises(RuleViolation, match=f"{involved.get_full_name()} rejected this claim or confirmed that"):
        assign(claim, to=involved, by=LeadFactory(), now=LATER)
    assert fresh(claim).reviewer is None
    colleague = ReviewerFactory()
    assert claim in claims_open_to(colleague)
    assert take(claim, user=colleague, now=LATER).reviewer == colleague


def test_neither_of_the_two_decides_on_it_alone(claim, involved):
    reason = ReasonCode.objects.get(code="product_missing")
    outcome = Outcome("reject", (Finding(reason),), {})
    sent = {"outcome": outcome, "message": "", "version": claim.version, "seen_event": None, "now": LATER}
    with pytest.raises(RuleViolation) as refusal:
        send_decision(claim, user=involved, **sent)
    assert refusal.value.message == OWN_REJECTION
    assert fresh(claim).status == claim.status
    assert send_decision(claim, user=ReviewerFactory(), **sent).status == ClaimStatus.REJECTED


def test_its_page_offers_nothing_that_would_be_refused(claim, involved, client):
    client.force_login(involved)
    text = text_of(client.get(reverse("admin:review-claim", args=[claim.pk])))
    assert str(OWN_REJECTION) in text
    assert "Take this claim" not in text
    assert 'name="decision"' not in text
    client.force_login(ReviewerFactory())
    text = text_of(client.get(reverse("admin:review-claim", args=[claim.pk])))
    assert str(OWN_REJECTION) not in text
    assert "Take this claim" in text
    assert 'name="decision"' in text


def test_neither_of_the_two_acts_in_the_new_case(disputed, involved, client):
    (case,) = running()
    plan = plan_for(case, INTUNE=disputed)
    asked = [Finding(ReasonCode.objects.get(code="dates_missing"))]
    for attempt in (
        lambda: take_case(case, user=involved, now=LATER),
        lambda: ask_all(case, reasons=asked, message="", user=involved, now=LATER),
        lambda: act(case, plan, involved, now=LATER),
    ):
        with pytest.raises(RuleViolation) as refusal:
            attempt()
        assert refusal.value.message == OWN_REJECTION_IN_CASE
    client.force_login(involved)
    text = text_of(client.get(at("case", case)))
    assert str(OWN_REJECTION_IN_CASE) in text
    for link in (at("case-decide", case), at("case-ask", case), at("case-take", case)):
        assert f'"{link}"' not in text


def test_neither_of_the_two_confirms_or_returns_what_a_colleague_proposes_about_it(disputed, involved, client):
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=disputed), ReviewerFactory(), now=LATER)
    assert decision.state == "proposed"
    with pytest.raises(RuleViolation) as refusal:
        confirm(decision, user=involved, now=LATER)
    assert refusal.value.message == OWN_REJECTION_IN_CASE
    with pytest.raises(RuleViolation):
        return_proposal(decision, comment="No.", user=involved, now=LATER)
    client.force_login(involved)
    assert "Confirm and carry out" not in text_of(client.get(at("case", case)))
    assert confirm(decision, user=ReviewerFactory(), now=LATER).state == "carried_out"


def test_a_lead_who_rejected_it_takes_no_colleagues_proposal_back(tenant, intune):
    lead, claim, _rival = LeadFactory(), under_review(tenant, intune), holding(tenant, intune)
    reason = ReasonCode.objects.get(code="product_missing")
    reject(claim, reasons=[reason], message="", actor=Actor.reviewer(lead), now=NOW)
    dispute(fresh(claim), actor=partner_actor(claim), message="No.", now=NOW)
    (case,) = running()
    proposer = ReviewerFactory()
    decision = act(case, plan_for(case, INTUNE=claim), proposer)
    with pytest.raises(RuleViolation) as refusal:
        take_back(decision, user=lead, now=NOW)
    assert refusal.value.message == OWN_REJECTION_IN_CASE
    assert take_back(decision, user=proposer, now=NOW).state == "taken_back"


def test_nobody_who_took_part_in_a_decision_looks_at_it_a_second_time(rejected, involved):
    look = SecondLook.objects.get(claim=rejected, decision__action=ClaimAction.REJECT)
    assert look not in looks.open_looks_for(involved)
    assert look not in looks.visible_to(involved)
    with pytest.raises(RuleViolation, match="You took part"):
        looks.answer(look, user=involved, agrees=True, comment="", now=LATER)
    colleague = ReviewerFactory()
    assert look in looks.open_looks_for(colleague)
    looks.answer(look, user=colleague, agrees=True, comment="", now=LATER)
    assert look in looks.looks_at_own(involved)
    assert look in looks.visible_to(involved)


def test_nobody_whose_rejection_was_disputed_looks_at_what_a_colleague_decided_then(disputed, involved):
    reason = ReasonCode.objects.get(code="dates_missing")
    request_action(disputed, reasons=[reason], message="", actor=Actor.reviewer(ReviewerFactory()), now=LATER)
    look = SecondLook.objects.get(claim=disputed, decision__action=ClaimAction.REQUEST_ACTION)
    assert look not in looks.open_looks_for(involved)
    assert look in looks.open_looks_for(ReviewerFactory())


def test_who_confirmed_another_decision_at_the_same_moment_is_free(disputed, intune):
    other, elsewhere = ReviewerFactory(), TenantFactory()
    _holder, rival = holding(elsewhere, intune), under_review(elsewhere, intune)
    case = next(each for each in running() if each.tenant_id == elsewhere.pk)
    confirm(act(case, plan_for(case, INTUNE=rival), ReviewerFactory()), user=other, now=LATER)
    assert disputed in claims_open_to(other)


def test_who_rejected_a_claim_that_nobody_disputed_reads_no_such_sentence(client, reviewer):
    claim = claim_under_review()
    reason = ReasonCode.objects.get(code="product_missing")
    reject(claim, reasons=[reason], message="", actor=Actor.reviewer(reviewer), now=NOW)
    client.force_login(reviewer)
    assert str(OWN_REJECTION) not in text_of(client.get(reverse("admin:review-claim", args=[claim.pk])))
