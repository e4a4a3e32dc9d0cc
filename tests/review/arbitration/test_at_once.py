"""Many people at the same moment: rivals end in one case, and a decision happens whole or not at all."""

import pytest

from claims.deciding import ask_holder, start_review
from claims.enums import ClaimStatus
from claims.fixing import hand_in_answers, open_request_of
from claims.models import Association, Claim, ReasonCode
from claims.submitting import disassociate, submit, withdraw
from kit.errors import RuleViolation
from review.arbitration.deciding import confirm, decide
from review.arbitration.plans import Plan
from review.arbitration.room import room_of, state_of
from review.barring import bar_reviewer
from review.models import ArbitrationCase, CaseDecision, CaseItem, CaseParty
from tests.answers import answer_everything
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    LeadFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
    partner_actor,
    reviewer_actor,
)
from tests.review.arbitration.rivals import filed, fresh, holding, running, under_review
from tests.support.at_once import at_once, while_held

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
ROUNDS = 12


def drafts(number):
    """Claims of as many partners for one workload of one customer, ready to be submitted."""
    tenant, workload = TenantFactory(), WorkloadFactory()
    found = [ClaimFactory(tenant=tenant, products=[workload]) for _ in range(number)]
    for claim in found:
        DocumentFactory(claim=claim)
    return found


def submitting(claim):
    actor = partner_actor(claim)
    return lambda: submit(Claim.objects.get(pk=claim.pk), actor=actor, now=NOW)


def chosen_plan(case, winner):
    room = room_of(case)
    party = next(each for each in room.parties if each.claim_id == winner.pk)
    letters = {each.pk: "Another proof was newer." for each in room.parties if each.pk != party.pk}
    return Plan({item.pk: party.pk for item in room.items}, letters), state_of(room)


def held(claims):
    ids = [claim.pk for claim in claims]
    return set(Association.objects.filter(claim__in=ids, ended_at=None).values_list("claim_id", flat=True))


def statuses(*claims):
    return [ClaimStatus(fresh(claim).status).name for claim in claims]


def test_rivals_submitted_at_the_same_instant_end_in_one_case_in_each_round():
    for number in range(ROUNDS):
        rivals = drafts(2 + number % 3)
        assert at_once(*(submitting(claim) for claim in rivals)) == ["done"] * len(rivals), number
        parties = CaseParty.objects.filter(claim__in=rivals, is_open=True)
        assert parties.count() == len(rivals)
        assert len({party.case_id for party in parties}) == 1
    assert len(running()) == ROUNDS


def test_a_bridge_submitted_while_the_others_come_and_go_leaves_one_running_case_per_item():
    for _ in range(ROUNDS // 2):
        tenant, one, two = TenantFactory(), WorkloadFactory(), WorkloadFactory()
        first, second = filed(tenant, one), filed(tenant, two)
        bridge = ClaimFactory(tenant=tenant, products=[one, two])
        DocumentFactory(claim=bridge)
        leaving = partner_actor(first)
        outcomes = at_once(
            submitting(bridge), lambda c=first, a=leaving: withdraw(Claim.objects.get(pk=c.pk), actor=a, now=NOW)
        )
        assert outcomes == ["done", "done"]
        (case,) = ArbitrationCase.objects.filter(tenant=tenant).exclude(state="closed")
        assert set(case.parties.filter(is_open=True).values_list("claim_id", flat=True)) == {second.pk, bridge.pk}
        assert [item.product for item in CaseItem.objects.filter(case=case, is_open=True)] == [two]


def contested():
    """A case of two; what decides it for the first, and what withdraws that one."""
    tenant, workload = TenantFactory(), WorkloadFactory()
    winner, loser = filed(tenant, workload), under_review(tenant, workload)
    (case,) = ArbitrationCase.objects.filter(tenant=tenant)
    (plan, state), user, partner = chosen_plan(case, winner), ReviewerFactory(), partner_actor(winner)

    def deciding():
        decide(case, plan=plan, reason="Newer.", seen=state, user=user, now=NOW)

    def withdrawing():
        withdraw(Claim.objects.get(pk=winner.pk), actor=partner, now=NOW)

    return case, winner, loser, deciding, withdrawing


def assert_decided_whole(case, winner, loser):
    assert statuses(winner, loser) == ["APPROVED", "REJECTED"]
    assert held([winner, loser]) == {winner.pk}
    assert fresh(case).is_closed


def assert_not_decided_at_all(case, winner, loser):
    assert statuses(winner, loser) == ["EDITING", "UNDER_REVIEW"]
    assert held([winner, loser]) == set()
    assert fresh(case).is_closed  # nobody contests any more
    assert not CaseDecision.objects.filter(case=case).exists()


def test_a_case_that_is_decided_first_is_decided_whole_and_its_winner_cannot_withdraw():
    case, winner, loser, deciding, withdrawing = contested()
    assert while_held(winner.pk, withdrawing, meanwhile=deciding) == ["refused"]
    assert_decided_whole(case, winner, loser)


def test_a_case_whose_winner_withdraws_first_is_not_decided_at_all():
    case, winner, loser, deciding, withdrawing = contested()
    assert while_held(winner.pk, deciding, meanwhile=withdrawing) == ["refused"]
    assert_not_decided_at_all(case, winner, loser)


def test_a_case_decided_while_its_winner_withdraws_is_decided_whole_or_not_at_all():
    for number in range(ROUNDS):
        case, winner, loser, *acts = contested()
        outcomes = at_once(*(acts if number % 2 else reversed(acts)))
        assert outcomes == ["done", "refused"], (number, outcomes)
        decided = statuses(winner) == ["APPROVED"]
        (assert_decided_whole if decided else assert_not_decided_at_all)(case, winner, loser)


def test_a_confirmation_while_the_holder_leaves_its_customer_ends_whole_or_not_at_all():
    for number in range(ROUNDS):
        tenant, workload = TenantFactory(), WorkloadFactory()
        holder, rival = holding(tenant, workload), under_review(tenant, workload)
        (case,) = ArbitrationCase.objects.filter(tenant=tenant)
        plan, state = chosen_plan(case, rival)
        decision = decide(case, plan=plan, reason="Newer.", seen=state, user=ReviewerFactory(), now=NOW)
        second, partner = ReviewerFactory(), partner_actor(holder)
        outcomes = at_once(
            lambda: confirm(decision, user=second, now=NOW),  # noqa: B023
            lambda: disassociate(Claim.objects.get(pk=holder.pk), actor=partner, message="Bye.", now=NOW),  # noqa: B023
        )
        assert outcomes == ["done", "refused"], (number, outcomes)
        reason = Association.objects.get(claim=holder).end_reason
        assert statuses(holder, rival) == ["ENDED", "APPROVED" if reason == "superseded" else "UNDER_REVIEW"]
        assert held([holder, rival]) == ({rival.pk} if reason == "superseded" else set())


def test_a_holder_that_hands_its_answers_in_while_the_case_is_decided_waits_for_nobody_in_a_circle():
    for number in range(ROUNDS):
        tenant, workload = TenantFactory(), WorkloadFactory()
        holder, _rival = holding(tenant, workload), under_review(tenant, workload)
        reasons = [ReasonCode.objects.get(code="dates_missing")]
        ask_holder(holder, reasons=reasons, message="", actor=reviewer_actor(), now=NOW, due_at=NOW)
        answer_everything(fresh(holder))
        (case,) = ArbitrationCase.objects.filter(tenant=tenant)
        (plan, state), user, partner = chosen_plan(case, holder), ReviewerFactory(), partner_actor(holder)
        acts = [
            lambda: hand_in_answers(Claim.objects.get(pk=holder.pk), actor=partner, now=NOW),  # noqa: B023
            lambda: decide(case, plan=plan, reason="Newer.", seen=state, user=user, now=NOW),  # noqa: B023
        ]
        # Whoever comes second is told: the case that it is to be read again, the partner that nothing is asked any more.
        outcomes = at_once(*(acts if number % 2 else reversed(acts)))
        assert outcomes == ["done", "refused"], (number, outcomes)
        assert open_request_of(fresh(holder)) is None


def test_two_reviewers_who_confirm_at_once_carry_one_decision_out_once():
    for _ in range(ROUNDS // 2):
        tenant, workload = TenantFactory(), WorkloadFactory()
        _holder, rival = holding(tenant, workload), under_review(tenant, workload)
        (case,) = ArbitrationCase.objects.filter(tenant=tenant)
        plan, state = chosen_plan(case, rival)
        decision = decide(case, plan=plan, reason="Newer.", seen=state, user=ReviewerFactory(), now=NOW)
        people = [ReviewerFactory() for _ in range(2)]
        outcomes = at_once(*(lambda p=person: confirm(decision, user=p, now=NOW) for person in people))  # noqa: B023
        assert outcomes == ["done", "refused"]
        assert held([rival]) == {rival.pk}


def test_a_confirmation_while_its_proposer_is_barred_carries_out_or_overtakes_and_never_both():
    for number in range(ROUNDS):
        tenant, workload = TenantFactory(), WorkloadFactory()
        holder, rival = holding(tenant, workload), under_review(tenant, workload)
        (case,) = ArbitrationCase.objects.filter(tenant=tenant)
        (plan, state), proposer = chosen_plan(case, rival), ReviewerFactory()
        Claim.objects.filter(pk=rival.pk).update(reviewer=proposer)
        decision = decide(case, plan=plan, reason="Newer.", seen=state, user=proposer, now=NOW)
        second, lead = ReviewerFactory(), LeadFactory()
        acts = [
            lambda: confirm(decision, user=second, now=NOW),  # noqa: B023
            lambda: bar_reviewer(proposer, organization=rival.organization, reason="Kin", by=lead, now=NOW),  # noqa: B023
        ]
        outcomes = at_once(*(acts if number % 2 else reversed(acts)))
        assert outcomes in (["done", "done"], ["done", "refused"]), (number, outcomes)
        carried_out = fresh(decision).state == "carried_out"
        assert carried_out is (outcomes == ["done", "done"])
        assert held([holder, rival]) == {rival.pk if carried_out else holder.pk}
        assert fresh(case).state == ("closed" if carried_out else "open")


def test_a_decision_while_a_third_rival_is_submitted_leaves_nobody_out():
    for _ in range(ROUNDS // 2):
        tenant, workload = TenantFactory(), WorkloadFactory()
        winner, loser = under_review(tenant, workload), under_review(tenant, workload)
        third = ClaimFactory(tenant=tenant, products=[workload])
        DocumentFactory(claim=third)
        (case,) = ArbitrationCase.objects.filter(tenant=tenant)
        (plan, state), user = chosen_plan(case, winner), ReviewerFactory()
        outcomes = at_once(
            lambda: decide(case, plan=plan, reason="Newer.", seen=state, user=user, now=NOW),  # noqa: B023
            submitting(third),
        )
        assert outcomes in (["done", "done"], ["done", "refused"])
        (alive,) = ArbitrationCase.objects.filter(tenant=tenant).exclude(state="closed")
        parties = set(alive.parties.filter(is_open=True).values_list("claim_id", flat=True))
        decided = fresh(loser).status == ClaimStatus.REJECTED
        assert parties == ({winner.pk, third.pk} if decided else {winner.pk, loser.pk, third.pk})


def test_starting_reviews_while_a_case_is_bound_waits_for_nobody_for_ever():
    for _ in range(ROUNDS // 2):
        rivals = drafts(2)
        submitting(rivals[0])()
        reviewer = reviewer_actor()
        outcomes = at_once(
            submitting(rivals[1]),
            lambda: start_review(Claim.objects.get(pk=rivals[0].pk), actor=reviewer, now=NOW),  # noqa: B023
        )
        assert outcomes == ["done", "done"]


def test_a_random_life_of_rivals_never_has_two_holders_and_binds_exactly_who_contests():
    import random

    rng = random.Random("rivals")
    for _ in range(6):
        tenant, works = TenantFactory(), [WorkloadFactory(), WorkloadFactory()]
        claims: list[Claim] = []
        for _step in range(12):
            _one_step(rng, tenant, works, claims)
            for work in works:
                active = Association.objects.filter(tenant=tenant, product=work, ended_at=None, exclusive=True)
                assert active.count() <= 1
            _assert_bound(tenant, works)


def _one_step(rng, tenant, works, claims):
    try:
        if not claims or rng.random() < 0.4:
            claims.append(filed(tenant, *rng.sample(works, rng.randint(1, 2))))
            return
        claim = fresh(rng.choice(claims))
        case = ArbitrationCase.objects.filter(tenant=tenant).exclude(state="closed").first()
        if claim.status == ClaimStatus.SUBMITTED and rng.random() < 0.5:
            withdraw(claim, actor=partner_actor(claim), now=NOW)
        elif claim.status == ClaimStatus.APPROVED and rng.random() < 0.3:
            disassociate(claim, actor=partner_actor(claim), message="Bye.", now=NOW)
        elif case:
            room = room_of(case)
            winners, letters = {}, {party.pk: "Another proof was newer." for party in room.parties}
            for item in room.items:
                on = [
                    p
                    for p in room.parties
                    if any(line.product_id == item.product_id for line in room.lines[p.claim_id])
                ]
                winners[item.pk] = rng.choice(on).pk
            plan = Plan(winners, letters)
            decision = decide(case, plan=plan, reason="x", seen=state_of(room), user=ReviewerFactory(), now=NOW)
            if decision.state == "proposed":
                confirm(decision, user=ReviewerFactory(), now=NOW)
    except RuleViolation:
        return


def _assert_bound(tenant, works):
    for work in works:
        live = set(
            Claim.objects.filter(tenant=tenant, lines__product=work, lines__live=True).values_list("pk", flat=True)
        )
        item = CaseItem.objects.filter(tenant=tenant, product=work, is_open=True).first()
        if len(live) < 2:
            assert item is None
        else:
            in_case = set(CaseParty.objects.filter(case=item.case, is_open=True).values_list("claim_id", flat=True))
            assert live <= in_case
