"""Decisions at the same instant: one wins, the other is told, and nothing is sent twice."""

import pytest
from django.test import Client
from django.urls import reverse

from claims.enums import ClaimStatus
from claims.findings import Finding
from claims.models import Association, Claim, ReasonCode
from notifications.models import OutgoingEmail
from review.decision.outcomes import ACCEPTED, REFUSED, Outcome
from review.decision.sending import send_decision
from review.models import Assignment
from tests.factories import NOW, ReviewerFactory, TenantFactory, WorkloadFactory, claim_under_review
from tests.support.at_once import at_once

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

ROUNDS = 5


def partly(claim, approved, refused):
    """An act that approves one product of the claim and refuses the other."""
    reason = ReasonCode.objects.get(code="dates_missing")
    outcome = Outcome("approve", (Finding(reason, product=refused),), {approved.pk: ACCEPTED, refused.pk: REFUSED})
    reviewer = ReviewerFactory()
    return lambda: send_decision(
        claim, outcome=outcome, message="", version=claim.version, seen_event=None, user=reviewer, now=NOW
    )


def test_of_two_reviewers_who_decide_the_same_claim_one_wins_and_the_other_meets_409():
    reason = ReasonCode.objects.get(code="poe_missing").pk
    for _ in range(ROUNDS):
        claim, answers = claim_under_review(), []

        def decide(decision, claim=claim, answers=answers):
            client = Client()
            client.force_login(ReviewerFactory())
            data = {"version": claim.version, "decision": decision, "reasons": [reason]}
            answers.append(client.post(reverse("admin:review-decide", args=[claim.pk]), data).status_code)

        assert at_once(lambda: decide("reject"), lambda: decide("request_action")) == ["done", "done"]
        assert sorted(answers) == [302, 409]
        claim.refresh_from_db()
        assert claim.status in {ClaimStatus.REJECTED, ClaimStatus.ACTION_REQUIRED}
        assert claim.events.count() == 1
        assert Assignment.objects.filter(claim=claim).count() == 1
        kinds = set(OutgoingEmail.objects.filter(reference=str(claim.pk)).values_list("kind", flat=True))
        assert len(kinds) == 1


def test_rivals_that_are_approved_for_different_products_both_succeed():
    for _ in range(ROUNDS):
        tenant, aip, intune = TenantFactory(), WorkloadFactory(), WorkloadFactory()
        one, other = (claim_under_review(tenant=tenant, products=[aip, intune]) for _ in range(2))
        assert at_once(partly(one, aip, intune), partly(other, intune, aip)) == ["done", "done"]
        held = Association.objects.filter(tenant=tenant, ended_at=None)
        assert {(each.claim, each.product) for each in held} == {(one, aip), (other, intune)}


def test_of_rivals_that_are_approved_for_the_same_product_one_succeeds_and_the_other_is_untouched():
    for _ in range(ROUNDS):
        tenant, aip, intune = TenantFactory(), WorkloadFactory(), WorkloadFactory()
        rivals = [claim_under_review(tenant=tenant, products=[aip, intune]) for _ in range(2)]
        assert at_once(*(partly(each, aip, intune) for each in rivals)) == ["done", "refused"]
        (held,) = Association.objects.filter(tenant=tenant, ended_at=None)
        (loser,) = Claim.objects.filter(tenant=tenant).exclude(pk=held.claim_id)
        assert (loser.status, loser.reviewer, loser.version) == (ClaimStatus.UNDER_REVIEW, None, 1)
        assert not loser.events.exists()
        assert not OutgoingEmail.objects.filter(reference=str(loser.pk)).exists()
        assert set(loser.lines.values_list("live", "verdict")) == {(True, "")}
