"""Cases open, grow, join and close by themselves (R170)."""

from datetime import timedelta

import pytest

from claims.consenting import accept_denial
from claims.creating import change_claim
from claims.deadlines import lapse
from claims.deciding import approve, reject, request_action
from claims.enums import Activity, QueueRank
from claims.findings import Finding
from claims.models import ReasonCode
from claims.submitting import disassociate, dispute, submit, withdraw
from customers.enums import SolutionArea
from customers.models import ConsentRequest
from review.arbitration.binding import mend_ranks, rebind
from review.models import ArbitrationCase, CaseEvent, CaseParty
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    partner_actor,
    reviewer_actor,
)
from tests.review.arbitration.rivals import filed, fresh, holding, items, parties, running, under_review

pytestmark = pytest.mark.django_db


def reason(code="another_partner_selected"):
    return ReasonCode.objects.get(code=code)


def test_one_claim_alone_opens_no_case(tenant, intune):
    filed(tenant, intune)
    assert running() == []


def test_two_rivals_for_a_workload_are_bound_into_one_case(tenant, intune):
    first, second = filed(tenant, intune), filed(tenant, intune)
    (case,) = running()
    assert parties(case) == {first.pk: "contender", second.pk: "contender"}
    assert items(case) == {intune.label}
    assert {fresh(first).queue_rank, fresh(second).queue_rank} == {QueueRank.CONFLICT}


def test_the_same_workload_of_another_customer_is_no_conflict(intune):
    filed(TenantFactory(), intune), filed(TenantFactory(), intune)
    assert running() == []


def test_a_rival_of_a_holder_is_bound_with_it(tenant, intune):
    holder, rival = holding(tenant, intune), filed(tenant, intune)
    (case,) = running()
    assert parties(case) == {holder.pk: "holder", rival.pk: "contender"}


def test_rivals_for_one_subscription_are_bound_and_those_for_another_are_not(tenant):
    product = ProductFactory()
    common, other, lone = SubscriptionFactory.create_batch(3, tenant=tenant, product=product)
    first = filed(tenant, product, subscriptions=(common,))
    second = filed(tenant, product, subscriptions=(common, other))
    third = filed(tenant, product, subscriptions=(lone,))
    (case,) = running()
    assert set(parties(case)) == {first.pk, second.pk}
    assert third.pk not in parties(case)
    assert items(case) == {f"{product.label} ({common.shown_id})"}


def test_a_holder_of_a_subscription_is_bound_when_its_rival_was_submitted_before_the_approval(tenant):
    product = ProductFactory()
    common = SubscriptionFactory(tenant=tenant, product=product)
    first = under_review(tenant, product, subscriptions=(common,))
    second = filed(tenant, product, subscriptions=(common,))
    approve(first, actor=reviewer_actor(), now=NOW)
    (case,) = running()
    assert set(parties(case)) == {first.pk, second.pk}


def test_a_revenue_association_contests_nothing(tenant):
    product = ProductFactory()
    common = SubscriptionFactory(tenant=tenant, product=product)
    for _ in range(2):
        claim = ClaimFactory(
            tenant=tenant,
            products=[product],
            subscriptions=[common],
            solution_area=SolutionArea.BUSINESS_APPLICATIONS,
            activities=[Activity.REVENUE],
        )
        submit(claim, actor=partner_actor(claim), now=NOW)
    assert running() == []


def test_claims_that_hang_together_by_a_third_are_one_case(tenant, intune, exchange):
    a, c = filed(tenant, intune), filed(tenant, exchange)
    assert running() == []
    b = filed(tenant, intune, exchange)
    (case,) = running()
    assert set(parties(case)) == {a.pk, b.pk, c.pk}
    assert items(case) == {intune.label, exchange.label}


def test_a_claim_that_joins_two_cases_merges_them_and_their_history_stays(tenant, intune, exchange):
    first, second = filed(tenant, intune), filed(tenant, intune)
    third, fourth = filed(tenant, exchange), filed(tenant, exchange)
    older, younger = running()
    bridge = filed(tenant, intune, exchange)
    (case,) = running()
    assert case == older
    assert set(parties(case)) == {first.pk, second.pk, third.pk, fourth.pk, bridge.pk}
    closed = fresh(younger)
    assert (closed.state, closed.outcome, closed.merged_into) == ("closed", "merged", older)
    assert set(CaseParty.objects.filter(case=younger).values_list("claim_id", "result")) == {
        (third.pk, "moved"), (fourth.pk, "moved")
    }  # fmt: skip
    assert CaseEvent.objects.filter(case=younger, text__contains=f"case {older.pk}").exists()


def test_what_was_compared_together_stays_together_when_the_bridge_leaves(tenant, intune, exchange):
    a, d = filed(tenant, intune), filed(tenant, intune)
    bridge = filed(tenant, intune, exchange)
    c, e = filed(tenant, exchange), filed(tenant, exchange)
    withdraw(fresh(bridge), actor=partner_actor(bridge), now=NOW)
    (case,) = running()
    assert set(parties(case)) == {a.pk, c.pk, d.pk, e.pk}


def leave_by_withdrawing(claim):
    withdraw(claim, actor=partner_actor(claim), now=NOW)


def leave_by_rejection(claim):
    from claims.deciding import start_review

    start_review(claim, actor=reviewer_actor(), now=NOW)
    reject(claim, reasons=[reason()], message="", actor=reviewer_actor(), now=NOW)


def leave_by_lapsing(claim):
    from claims.deciding import start_review

    start_review(claim, actor=reviewer_actor(), now=NOW)
    request_action(claim, reasons=[reason("dates_missing")], message="", actor=reviewer_actor(), now=NOW)
    assert lapse(claim.pk, now=NOW + timedelta(days=31))


@pytest.mark.parametrize("leave", [leave_by_withdrawing, leave_by_rejection, leave_by_lapsing])
def test_a_case_closes_by_itself_when_nobody_contests_any_more(tenant, intune, leave):
    stays, leaves = filed(tenant, intune), filed(tenant, intune)
    (case,) = running()
    leave(leaves)
    closed = fresh(case)
    assert (closed.state, closed.outcome) == ("closed", "uncontested")
    assert running() == []
    assert CaseParty.objects.get(claim=leaves).result == "left"
    assert CaseParty.objects.get(claim=stays).result == ""
    assert fresh(stays).queue_rank == QueueRank.ORDINARY


def test_it_closes_too_when_the_holder_is_denied_or_leaves_its_customer(tenant, intune, exchange):
    first, second = holding(tenant, intune), holding(tenant, exchange)
    filed(tenant, intune), filed(tenant, exchange)
    assert len(running()) == 2
    accept_denial(ConsentRequest.objects.get(reference=str(first.pk)), now=NOW)
    disassociate(second, actor=partner_actor(second), message="We stop.", now=NOW)
    assert running() == []


def test_a_partial_approval_frees_the_contested_product(tenant, intune, exchange):
    claim, _rival = under_review(tenant, intune, exchange), filed(tenant, exchange)
    assert len(running()) == 1
    approve(claim, actor=reviewer_actor(), now=NOW, refused=[Finding(reason("product_missing"), product=exchange)])
    assert running() == []


def test_an_edit_that_takes_the_contested_product_out_closes_the_case(tenant, intune, exchange):
    from claims.content import ClaimContent, Contacts

    claim, _rival = under_review(tenant, intune, exchange), filed(tenant, exchange)
    request_action(claim, reasons=[reason("dates_missing")], message="", actor=reviewer_actor(), now=NOW)
    contacts = Contacts("Jo", "jo@c.example", "IT", "Pat", "pat@p.example", claim.name)
    content = ClaimContent(
        solution_area=claim.solution_area, activities=claim.activities, location=claim.location, tenant=tenant,
        domain=claim.customer_domain, products=[intune], subscriptions={}, contacts=contacts, agreed_at=NOW,
    )  # fmt: skip
    change_claim(claim, content, actor=partner_actor(claim), now=NOW)
    assert running() == []


def test_a_disputed_loser_and_the_new_holder_are_bound_into_a_new_case(tenant, intune):
    winner, loser = under_review(tenant, intune), under_review(tenant, intune)
    reject(loser, reasons=[reason()], message="", actor=reviewer_actor(), now=NOW)
    approve(winner, actor=reviewer_actor(), now=NOW)
    assert running() == []
    dispute(fresh(loser), actor=partner_actor(loser), message="Ours is newer.", now=NOW)
    (case,) = running()
    assert parties(case) == {winner.pk: "holder", loser.pk: "contender"}
    assert fresh(loser).queue_rank == QueueRank.DISPUTE
    assert ArbitrationCase.objects.count() == 2


def test_binding_again_changes_nothing(tenant, intune):
    filed(tenant, intune), filed(tenant, intune)
    (case,) = running()
    before = (case.version, CaseEvent.objects.count())
    rebind(tenant.pk, now=NOW)
    assert (fresh(case).version, CaseEvent.objects.count()) == before


def test_a_submission_again_keeps_its_higher_rank(tenant, intune):
    claim = under_review(tenant, intune)
    request_action(claim, reasons=[reason("dates_missing")], message="", actor=reviewer_actor(), now=NOW)
    filed(tenant, intune)
    claim.action_requests.get().items.update(ticked=True)
    DocumentFactory(claim=claim)
    submit(fresh(claim), actor=partner_actor(claim), now=NOW)
    assert fresh(claim).queue_rank == QueueRank.RESUBMISSION


def test_ranks_that_were_passed_over_are_mended(tenant, intune):
    first, second = filed(tenant, intune), filed(tenant, intune)
    type(first).objects.filter(pk=first.pk).update(queue_rank=QueueRank.ORDINARY)
    lone = filed(TenantFactory(), intune)
    type(lone).objects.filter(pk=lone.pk).update(queue_rank=QueueRank.CONFLICT)
    assert mend_ranks() == 2
    assert [fresh(claim).queue_rank for claim in (first, second, lone)] == [2, 2, 3]
