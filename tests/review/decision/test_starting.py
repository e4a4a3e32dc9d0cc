"""Starting the review of a submitted claim."""

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.enums import ClaimStatus
from claims.submitting import withdraw
from tests.factories import NOW, ReviewerFactory, partner_actor, submitted_claim
from tests.review.test_decisions import fresh, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return ReviewerFactory(full_name="Robin Reviewer")


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


def start(client, claim):
    return client.post(reverse("admin:review-start", args=[claim.pk]), {"version": claim.version})


def test_starting_the_review_makes_the_claim_ones_own_and_sets_the_due_date(desk, reviewer):
    claim = submitted_claim()
    response = start(desk, claim)
    assert response.status_code == 302
    fresh(claim)
    assert (claim.status, claim.reviewer) == (ClaimStatus.UNDER_REVIEW, reviewer)
    assert claim.review_due_on > timezone.localdate()
    assert claim.events.get().actor_name == "Robin Reviewer"


def test_a_review_cannot_start_on_a_claim_that_the_partner_withdrew_meanwhile(desk):
    claim = submitted_claim()
    seen = claim.version
    withdraw(claim, actor=partner_actor(claim), now=NOW)
    before = snapshot(claim)
    response = desk.post(reverse("admin:review-start", args=[claim.pk]), {"version": seen})
    assert response.status_code == 409
    assert "The status of this claim is Editing." in response.content.decode()
    assert snapshot(claim) == before


@pytest.mark.parametrize("version", ["", "x", "0"])
def test_a_review_does_not_start_without_the_version_that_was_read(desk, version):
    claim = submitted_claim()
    response = desk.post(reverse("admin:review-start", args=[claim.pk]), {"version": version})
    assert response.status_code == 409
    assert fresh(claim).status == ClaimStatus.SUBMITTED
