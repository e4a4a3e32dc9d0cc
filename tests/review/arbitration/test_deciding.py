"""One decision closes a case, and what it means for each claim (R172)."""

from datetime import timedelta

import pytest

from claims.deciding import ask_holder, request_action
from claims.enums import ClaimAction, ClaimStatus
from claims.models import Association, ReasonCode
from customers.models import ConsentRequest
from kit.errors import RuleViolation, StaleRecord
from notifications.models import OutgoingEmail
from review.arbitration.deciding import confirm, take_back
from review.arbitration.plans import Plan
from review.models import CaseDecision, CaseParty
from tests.factories import (
    NOW,
    ProductFactory,
    SubscriptionFactory,
    WorkloadFactory,
    partner_actor,
)
from tests.review.arbitration.acting import LETTER, act, held, mails_of, plan_for
from tests.review.arbitration.rivals import filed, fresh, holding, parties, running, under_review

pytestmark = pytest.mark.django_db


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
    assert [exchange.label in item.text for item in request.items.filter(ended_at=None)] == [True]
    lost = holder.lines.get(product=intune)
    assert (lost.live, lost.verdict) == (False, "lost")
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
    assert [
        own.shown_id in item.text and common.shown_id not in item.text for item in asked.items.filter(ended_at=None)
    ] == [True]
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
