"""Many reviewers, one workload: exactly one claim is approved (R004, R172)."""

import threading

import pytest
from django.db import connection
from django.db.models import Count

from claims.deciding import approve
from claims.enums import ClaimStatus
from claims.models import Association, Claim
from kit.errors import RuleViolation
from notifications.models import OutgoingEmail
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    TenantFactory,
    WorkloadFactory,
    reviewer_actor,
)

ROUNDS, RIVALS = 10, 20


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.long(40)
def test_of_20_reviewers_approving_20_rivals_at_once_exactly_one_succeeds_in_each_of_10_rounds():
    for round_number in range(ROUNDS):
        tenant, workload = TenantFactory(), WorkloadFactory()
        claims = [
            ClaimFactory(tenant=tenant, products=[workload], status=ClaimStatus.UNDER_REVIEW) for _ in range(RIVALS)
        ]
        for claim in claims:
            DocumentFactory(claim=claim, first_submission=1)
        outcomes = approve_all_at_once([claim.pk for claim in claims])
        assert sorted(outcomes) == ["approved"] + ["refused"] * (RIVALS - 1), f"round {round_number}: {outcomes}"
        approved = Claim.objects.filter(tenant=tenant, status=ClaimStatus.APPROVED)
        assert approved.count() == 1
        held = Association.objects.filter(tenant=tenant, ended_at=None)
        assert [row.claim for row in held] == list(approved)
        consent = OutgoingEmail.objects.exclude(kind__startswith="claim.").filter(
            reference__in=[str(c.pk) for c in claims]
        )
        assert consent.count() == 1
        assert approved.annotate(steps=Count("events")).get().steps == 2


def approve_all_at_once(ids):
    reviewer = reviewer_actor()
    outcomes, gate = [], threading.Barrier(len(ids))

    def decide(pk):
        try:
            claim = Claim.objects.get(pk=pk)
            gate.wait(timeout=30)
            approve(claim, actor=reviewer, now=NOW)
            outcomes.append("approved")
        except RuleViolation as refusal:
            outcomes.append("refused" if "one of these products" in refusal.message else refusal.message)
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[pk]) for pk in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes
