"""Starting the review of a submitted claim."""

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.actors import Actor
from claims.deciding import start_review
from claims.enums import ClaimStatus
from claims.models import Claim
from claims.submitting import withdraw
from kit.errors import StaleRecord
from review.assigning import assign
from review.models import Assignment
from review.starting import begin_review
from tests.factories import NOW, LeadFactory, ReviewerFactory, partner_actor, submitted_claim
from tests.review.test_decisions import fresh, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return ReviewerFactory(full_name="Robin Reviewer")


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


def page_of(claim):
    return reverse("admin:review-claim", args=[claim.pk])


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
    assert response.status_code == 403
    assert "The partner took this claim back before its review began." in response.content.decode()
    assert snapshot(claim) == before


def test_starting_takes_a_free_claim_first_and_the_log_says_so_once(desk, reviewer):
    claim = submitted_claim()
    assert "The claim is yours then." in desk.get(page_of(claim)).content.decode()
    start(desk, claim)
    rows = Assignment.objects.values_list("kind", "reviewer", "before", "by")
    assert list(rows) == [("taken", reviewer.pk, None, reviewer.pk)]
    held = submitted_claim(reviewer=reviewer)
    start(desk, held)
    assert fresh(held).reviewer == reviewer


def test_a_lead_who_starts_the_review_of_a_colleagues_claim_leaves_it_there(client):
    lead, holder = LeadFactory(), ReviewerFactory(full_name="Hal Holder")
    claim = submitted_claim()
    assign(claim, to=holder, by=lead, now=NOW)
    begins = fresh(claim).reviewer_active_at
    client.force_login(lead)
    assert "Hal Holder keeps the claim." in client.get(page_of(claim)).content.decode()
    response = start(client, claim)
    assert "Hal Holder still has it." in client.get(response.headers["Location"]).content.decode()
    fresh(claim)
    assert (claim.status, claim.reviewer, claim.reviewer_active_at) == (ClaimStatus.UNDER_REVIEW, holder, begins)
    assert [row.kind for row in Assignment.objects.all()] == ["given"]


def test_a_claim_that_was_assigned_meanwhile_is_not_started_for_oneself(reviewer):
    claim, faster = submitted_claim(), ReviewerFactory()
    assign(Claim.objects.get(pk=claim.pk), to=faster, by=LeadFactory(), now=NOW)
    with pytest.raises(StaleRecord, match="Somebody else has just taken this claim"):
        begin_review(claim, user=reviewer, now=NOW)
    fresh(claim)
    assert (claim.status, claim.reviewer) == (ClaimStatus.SUBMITTED, faster)


def test_a_review_that_begins_with_a_case_is_in_the_log_of_assignments_too(reviewer):
    """A case starts reviews by the rule of claims; what it does to the reviewer is noted all the same."""
    free, held = submitted_claim(), submitted_claim(reviewer=ReviewerFactory())
    had = held.reviewer
    for claim in (free, held):
        start_review(claim, actor=Actor.reviewer(reviewer), now=NOW)
    assert [fresh(claim).reviewer for claim in (free, held)] == [reviewer, had]
    assert [(row.claim, row.kind) for row in Assignment.objects.all()] == [(free, "taken")]


@pytest.mark.parametrize("version", ["", "x", "0"])
def test_a_review_does_not_start_without_the_version_that_was_read(desk, version):
    claim = submitted_claim()
    response = desk.post(reverse("admin:review-start", args=[claim.pk]), {"version": version})
    assert response.status_code == 409
    assert fresh(claim).status == ClaimStatus.SUBMITTED
