"""One decision closes a case: at once, or with a second reviewer when a partner that holds would lose (R172)."""

from datetime import timedelta

import pytest

from claims.deciding import accept_denial, ask_holder, reject, request_action
from claims.enums import ClaimAction, ClaimStatus
from claims.findings import Finding
from claims.models import Association, ReasonCode
from claims.submitting import dispute, withdraw
from customers.models import ConsentRequest
from kit.errors import RuleViolation, StaleRecord
from notifications.models import OutgoingEmail
from review.arbitration.deciding import confirm, decide, return_proposal, take_back
from review.arbitration.guarding import refusal_to_approve
from review.arbitration.plans import Plan
from review.arbitration.preview import preview_case
from review.arbitration.room import room_of, state_of
from review.models import Bar, CaseDecision, CaseParty
from tests.factories import (
    NOW,
    LeadFactory,
    ProductFactory,
    ReviewerFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    partner_actor,
)
from tests.review.arbitration.rivals import filed, fresh, holding, parties, running, under_review

pytestmark = pytest.mark.django_db
LETTER = "The proof of another partner was more recent."


@pytest.fixture
def tenant():
    return TenantFactory()


@pytest.fixture
def intune():
    return WorkloadFactory(name="INTUNE", code="INTUNE")


@pytest.fixture
def exchange():
    return WorkloadFactory(name="EXCHANGE ONLINE", code="EXO")


@pytest.fixture
def reviewer():
    return ReviewerFactory(full_name="Robin Reviewer")


@pytest.fixture
def second():
    return ReviewerFactory(full_name="Sam Second")


def plan_for(case, *, refusals=None, **winners):
    """Select for each item, by the name of its product, the party of a claim; everybody else gets the letter."""
    room = room_of(case)
    by_claim = {party.claim_id: party for party in room.parties}
    chosen = {}
    for item in room.items:
        key = (
            (item.subscription.shown_id if item.subscription else item.product.name).replace(" ", "_").replace("-", "_")
        )
        chosen[item.pk] = by_claim[winners[f"x{key}" if key[0].isdigit() else key].pk].pk
    letters = {party.pk: LETTER for party in room.parties if set(chosen.values()) != {party.pk}}
    refused = {by_claim[claim.pk].pk: products for claim, products in (refusals or [])}
    return Plan(chosen, letters, refused)


def act(case, plan, user, *, seen=None, reason="The newer proof is signed.", now=NOW):
    return decide(case, plan=plan, reason=reason, seen=seen or state_of(room_of(fresh(case))), user=user, now=now)


def held(tenant):
    return list(Association.objects.filter(tenant=tenant, ended_at=None).values_list("claim_id", flat=True))


def mails_of(claim):
    return " ".join(OutgoingEmail.objects.filter(reference=str(claim.pk)).values_list("text", flat=True))


def test_of_two_contenders_one_is_approved_and_the_other_is_rejected_at_once(tenant, intune, reviewer):
    winner, loser = filed(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=winner), reviewer)
    assert decision.state == "carried_out"
    assert (fresh(winner).status, fresh(loser).status) == (ClaimStatus.APPROVED, ClaimStatus.REJECTED)
    assert held(tenant) == [winner.pk]
    told = loser.events.get(action=ClaimAction.REJECT).data
    assert [reason["code"] for reason in told["reasons"]] == ["another_partner_selected"]
    assert told["message"] == LETTER
    assert LETTER in mails_of(loser)
    assert LETTER not in mails_of(winner)
    assert ConsentRequest.objects.filter(reference=str(winner.pk)).exists()
    closed = fresh(case)
    assert (closed.state, closed.outcome) == ("closed", "decided")
    assert dict(CaseParty.objects.values_list("claim_id", "result")) == {winner.pk: "won", loser.pk: "lost"}
    assert closed.items.get().winner.claim == winner
    assert running() == []


def test_a_losing_holder_needs_a_second_reviewer_and_loses_only_when_that_one_agrees(tenant, intune, reviewer, second):
    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    mails = OutgoingEmail.objects.count()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    assert decision.state == "proposed"
    assert fresh(case).state == "proposed"
    assert (fresh(holder).status, fresh(rival).status) == (ClaimStatus.APPROVED, ClaimStatus.UNDER_REVIEW)
    assert held(tenant) == [holder.pk]
    assert OutgoingEmail.objects.count() == mails
    with pytest.raises(RuleViolation, match="You proposed this decision"):
        confirm(decision, user=reviewer, now=NOW)
    confirm(decision, user=second, now=NOW)
    assert (fresh(holder).status, fresh(rival).status) == (ClaimStatus.ENDED, ClaimStatus.APPROVED)
    assert held(tenant) == [rival.pk]
    ended = Association.objects.get(claim=holder)
    assert (ended.ended_at, ended.end_reason) == (NOW, Association.EndReason.SUPERSEDED)
    assert ConsentRequest.objects.get(reference=str(holder.pk)).withdrawn_at == NOW
    assert "so your association has ended" in mails_of(holder)
    assert LETTER in mails_of(holder)
    settled = fresh(decision)
    assert (settled.state, settled.proposed_by, settled.confirmed_by) == ("carried_out", reviewer, second)
    with pytest.raises(StaleRecord):
        confirm(decision, user=second, now=NOW)


def test_a_holder_that_is_selected_keeps_its_association_without_a_second_reviewer(tenant, intune, reviewer):
    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    assert act(case, plan_for(case, INTUNE=holder), reviewer).state == "carried_out"
    assert fresh(rival).status == ClaimStatus.REJECTED
    assert held(tenant) == [holder.pk]
    assert "Your association stays as it is." in mails_of(holder)
    assert holder.events.filter(action=ClaimAction.KEEP_ASSOCIATION).exists()


def test_a_holder_that_loses_one_of_two_stays_approved_for_the_rest(tenant, intune, exchange, reviewer, second):
    holder, rival = holding(tenant, intune, exchange), under_review(tenant, intune)
    (case,) = running()
    confirm(act(case, plan_for(case, INTUNE=rival), reviewer), user=second, now=NOW)
    assert fresh(holder).status == ClaimStatus.APPROVED
    assert dict(Association.objects.filter(ended_at=None).values_list("product_id", "claim_id")) == {
        intune.pk: rival.pk, exchange.pk: holder.pk
    }  # fmt: skip
    request = ConsentRequest.objects.get(reference=str(holder.pk))
    assert request.withdrawn_at is None
    assert [exchange.label in item for item in request.items] == [True]
    lost = holder.lines.get(product=intune)
    assert (lost.live, lost.verdict) == (False, "refused")
    assert holder.events.get(action=ClaimAction.LOSE_PRODUCT).data["lost"] == [intune.label]
    assert "so a part of your association has ended" in mails_of(holder)
    assert CaseParty.objects.get(claim=holder).result == "lost"
    filed(tenant, intune)  # the loser is no rival any more, the new holder is
    assert set(parties(running()[0])) & {holder.pk} == set()


def test_each_item_may_have_another_winner(tenant, intune, exchange, reviewer):
    first, other = under_review(tenant, intune, exchange), under_review(tenant, intune, exchange)
    (case,) = running()
    act(case, plan_for(case, INTUNE=first, EXCHANGE_ONLINE=other), reviewer)
    assert {fresh(first).status, fresh(other).status} == {ClaimStatus.APPROVED}
    assert dict(Association.objects.filter(ended_at=None).values_list("product_id", "claim_id")) == {
        intune.pk: first.pk, exchange.pk: other.pk
    }  # fmt: skip
    assert first.events.get(action=ClaimAction.APPROVE).data["refused"] == [exchange.label]
    assert set(CaseParty.objects.values_list("result", flat=True)) == {"partly"}


def test_what_nobody_contests_is_approved_along_or_refused_with_a_reason(tenant, intune, exchange, reviewer):
    aip = WorkloadFactory(name="AIP", code="AIP")
    winner, loser = under_review(tenant, intune), under_review(tenant, intune, exchange, aip)
    (case,) = running()
    plan = plan_for(case, INTUNE=winner, refusals=[(loser, {aip.pk: "product_missing"})])
    act(case, plan, reviewer)
    assert fresh(loser).status == ClaimStatus.APPROVED
    assert list(loser.associations.values_list("product_id", flat=True)) == [exchange.pk]
    told = loser.events.get(action=ClaimAction.APPROVE).data
    assert {reason["code"] for reason in told["reasons"]} == {"another_partner_selected", "product_missing"}


def test_a_contender_that_loses_all_and_keeps_nothing_else_is_rejected_whatever_nobody_contests(
    tenant, intune, exchange, reviewer
):
    winner, loser = under_review(tenant, intune), under_review(tenant, intune, exchange)
    (case,) = running()
    act(case, plan_for(case, INTUNE=winner, refusals=[(loser, {exchange.pk: "product_missing"})]), reviewer)
    assert fresh(loser).status == ClaimStatus.REJECTED


def test_one_subscription_of_a_product_may_be_lost_while_another_is_approved(tenant, reviewer):
    product = ProductFactory()
    common, own = SubscriptionFactory.create_batch(2, tenant=tenant, product=product)
    winner = under_review(tenant, product, subscriptions=(common,))
    loser = under_review(tenant, product, subscriptions=(common, own))
    (case,) = running()
    key = common.shown_id.replace("-", "_")
    act(case, plan_for(case, **{f"x{key}" if key[0].isdigit() else key: winner}), reviewer)
    assert dict(Association.objects.filter(ended_at=None).values_list("subscription_id", "claim_id")) == {
        common.pk: winner.pk, own.pk: loser.pk
    }  # fmt: skip
    asked = ConsentRequest.objects.get(reference=str(loser.pk))
    assert [own.shown_id in item and common.shown_id not in item for item in asked.items] == [True]
    assert running() == []


def test_a_holder_may_lose_one_of_two_subscriptions(tenant, reviewer, second, settings):
    settings.CONTEST_HELD_SUBSCRIPTIONS = True
    product = ProductFactory()
    common, own = SubscriptionFactory.create_batch(2, tenant=tenant, product=product)
    holder = holding(tenant, product, subscriptions=(common, own))
    rival = under_review(tenant, product, subscriptions=(common,))
    (case,) = running()
    key = common.shown_id.replace("-", "_")
    plan = plan_for(case, **{f"x{key}" if key[0].isdigit() else key: rival})
    confirm(act(case, plan, reviewer), user=second, now=NOW)
    assert dict(Association.objects.filter(ended_at=None).values_list("subscription_id", "claim_id")) == {
        common.pk: rival.pk, own.pk: holder.pk
    }  # fmt: skip
    line = holder.lines.get()
    assert (line.live, line.verdict) == (True, "accepted")
    assert fresh(holder).status == ClaimStatus.APPROVED


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda plan: Plan({}, plan.letters), "Select a partner for INTUNE"),
        (lambda plan: Plan(dict.fromkeys(plan.winners, 0), plan.letters), "Select one of the partners"),
        (lambda plan: Plan(plan.winners, {}), "why it was not selected"),
        (lambda plan: Plan(plan.winners, dict.fromkeys(plan.letters, "x" * 4001)), "at most 4,000 characters"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_and_nothing_happens(tenant, intune, reviewer, change, sentence):
    winner, loser = under_review(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    with pytest.raises(RuleViolation, match=sentence):
        act(case, change(plan_for(case, INTUNE=winner)), reviewer)
    assert (fresh(winner).status, fresh(loser).status) == (ClaimStatus.UNDER_REVIEW,) * 2
    assert not CaseDecision.objects.exists()


@pytest.mark.parametrize(("reason", "sentence"), [(" ", "Write down why"), ("x" * 4001, "at most 4,000")])
def test_a_decision_needs_a_reason_in_words(tenant, intune, reviewer, reason, sentence):
    winner, _loser = under_review(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    with pytest.raises(RuleViolation, match=sentence):
        act(case, plan_for(case, INTUNE=winner), reviewer, reason=reason)


def test_nobody_is_selected_against_while_it_may_answer(tenant, intune, reviewer):
    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    third = under_review(tenant, intune)
    (case,) = running()
    dates = ReasonCode.objects.get(code="dates_missing")
    due = NOW + timedelta(days=30)
    ask_holder(holder, reasons=[dates], message="", actor=partner_actor(holder).reviewer(reviewer), now=NOW, due_at=due)
    plan = plan_for(case, INTUNE=rival)
    with pytest.raises(RuleViolation, match=f"Claim {holder.pk} of .* has until .* to answer"):
        act(case, plan, reviewer)
    assert act(case, plan, reviewer, now=NOW + timedelta(days=31)).state == "proposed"
    take_back(CaseDecision.objects.get(), user=reviewer, now=NOW)
    request_action(third, reasons=[dates], message="", actor=partner_actor(third).reviewer(reviewer), now=NOW)
    with pytest.raises(RuleViolation, match=f"Claim {third.pk} of"):
        act(case, plan, reviewer, now=NOW + timedelta(days=31))


def test_a_decision_on_an_older_state_says_what_changed_and_does_nothing(tenant, intune, reviewer):
    winner, loser, third = under_review(tenant, intune), under_review(tenant, intune), filed(tenant, intune)
    (case,) = running()
    seen, plan = state_of(room_of(case)), plan_for(case, INTUNE=winner)
    withdraw(third, actor=partner_actor(third), now=NOW)
    with pytest.raises(StaleRecord, match=f"Claim {third.pk} of .* left"):
        act(case, plan, reviewer, seen=seen)
    assert fresh(loser).status == ClaimStatus.UNDER_REVIEW


def test_a_proposal_is_overtaken_when_the_customer_denies_the_holder(tenant, intune, reviewer, second):
    holder, rival, third = holding(tenant, intune), under_review(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    accept_denial(ConsentRequest.objects.get(reference=str(holder.pk)), now=NOW)
    assert fresh(decision).state == "overtaken"
    assert fresh(case).state == "open"
    with pytest.raises(StaleRecord, match="overtaken"):
        confirm(decision, user=second, now=NOW)
    assert set(parties(case)) == {rival.pk, third.pk}


def test_fresh_proof_of_the_holder_keeps_a_proposal_from_being_confirmed(tenant, intune, reviewer, second):
    from claims.documents import refresh_proof
    from tests.factories import pdf_upload

    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    refresh_proof(holder, uploads=[pdf_upload("New.pdf", "Newer")], actor=partner_actor(holder), now=NOW)
    with pytest.raises(StaleRecord, match="refreshed proof of execution"):
        confirm(decision, user=second, now=NOW)
    assert held(tenant) == [holder.pk]


def test_a_second_reviewer_returns_a_proposal_with_a_comment(tenant, intune, reviewer, second):
    _holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    with pytest.raises(RuleViolation, match="You proposed"):
        return_proposal(decision, comment="No.", user=reviewer, now=NOW)
    with pytest.raises(RuleViolation, match="Say why"):
        return_proposal(decision, comment=" ", user=second, now=NOW)
    with pytest.raises(RuleViolation, match="waits for confirmation"):
        act(case, plan_for(case, INTUNE=rival), second)
    return_proposal(decision, comment="The signature has no date.", user=second, now=NOW)
    assert (fresh(case).state, fresh(decision).state) == ("open", "returned")
    assert act(case, plan_for(case, INTUNE=rival), reviewer).state == "proposed"


def test_only_the_proposer_or_a_lead_takes_a_proposal_back(tenant, intune, reviewer, second):
    _holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    with pytest.raises(RuleViolation, match="Only its proposer or a lead"):
        take_back(decision, user=second, now=NOW)
    assert take_back(decision, user=LeadFactory(), now=NOW).state == "taken_back"


def test_who_is_barred_from_one_partner_neither_decides_nor_confirms(tenant, intune, reviewer, second):
    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    for person in (second, ReviewerFactory()):
        Bar.objects.create(reviewer=person, organization=holder.organization, reason="Family", set_at=NOW)
    with pytest.raises(RuleViolation, match="conflict of interest"):
        confirm(decision, user=second, now=NOW)
    take_back(decision, user=reviewer, now=NOW)
    with pytest.raises(RuleViolation, match="conflict of interest"):
        act(case, plan_for(case, INTUNE=rival), second)


def test_whoever_rejected_a_disputed_party_cannot_decide_its_case(tenant, intune, reviewer, second):
    loser, rival = under_review(tenant, intune), under_review(tenant, intune)
    reason = ReasonCode.objects.get(code="product_missing")
    reject(loser, reasons=[reason], message="", actor=partner_actor(loser).reviewer(reviewer), now=NOW)
    dispute(fresh(loser), actor=partner_actor(loser), message="No.", now=NOW)
    (case,) = running()
    plan = plan_for(case, INTUNE=rival)
    with pytest.raises(RuleViolation, match="Another reviewer decides"):
        act(case, plan, reviewer)
    assert fresh(rival).status == ClaimStatus.UNDER_REVIEW
    assert act(case, plan, second).state == "carried_out"


def test_a_preview_shows_every_letter_and_changes_nothing(tenant, intune, reviewer):
    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    before = (OutgoingEmail.objects.count(), holder.events.count(), fresh(case).version)
    plan, seen = plan_for(case, INTUNE=rival), state_of(room_of(case))
    shown = preview_case(case, plan=plan, reason="Newer.", seen=seen, user=reviewer, now=NOW)
    assert shown.refusal is None
    assert shown.needs_second
    by_claim = {told.fate.party.claim_id: told for told in shown.told}
    assert LETTER in by_claim[holder.pk].letters[0].text
    assert rival.customer_contact_email in by_claim[rival.pk].customer.to
    assert "/consent/••" in by_claim[rival.pk].customer.text
    assert (OutgoingEmail.objects.count(), holder.events.count(), fresh(case).version) == before
    assert held(tenant) == [holder.pk]
    refused = preview_case(case, plan=plan, reason="", seen=seen, user=reviewer, now=NOW)
    assert "Write down why" in refused.refusal.message


def test_a_contested_product_is_not_approved_alone(tenant, intune, exchange):
    claim, _rival = under_review(tenant, intune, exchange), filed(tenant, intune)
    (case,) = running()
    refusal = refusal_to_approve(claim)
    assert f"case {case.pk}" in refusal
    assert intune.label in refusal
    assert exchange.label not in refusal
    assert refusal_to_approve(claim, refused={intune.pk}) == ""
    assert refusal_to_approve(filed(TenantFactory(), intune)) == ""


def test_a_finding_names_no_rival(tenant, intune, reviewer):
    winner, loser = under_review(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    act(case, plan_for(case, INTUNE=winner), reviewer)
    for text in (str(loser.events.get(action=ClaimAction.REJECT).data), mails_of(loser)):
        assert winner.organization.name not in text
        assert str(winner.pk) not in text
    assert Finding(ReasonCode.objects.get(code="another_partner_selected")).printed(loser)
