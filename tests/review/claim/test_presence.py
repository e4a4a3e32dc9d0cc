"""Two people on one claim see each other."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from review.assigning import take
from review.models import Bar, Presence
from review.presence import forget_presence, note_presence, presence_on
from tests.factories import (
    NOW,
    AuditorFactory,
    ClaimFactory,
    LeadFactory,
    OrganizationFactory,
    ReviewerFactory,
    claim_under_review,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page_of(claim):
    return reverse("admin:review-claim", args=[claim.pk])


def presence_address(claim):
    return reverse("admin:review-presence", args=[claim.pk])


def test_whoever_opens_a_claim_sees_who_has_it_open_too(client):
    claim = claim_under_review()
    first, second = ReviewerFactory(full_name="Jamie Reding"), ReviewerFactory(full_name="Robin Reviewer")
    client.force_login(first)
    assert "</strong> has this claim open too" not in client.get(page_of(claim)).content.decode()
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=2, seconds=5))
    client.force_login(second)
    text = client.get(page_of(claim)).content.decode()
    assert "<strong>Jamie Reding</strong> has this claim open too (2 minutes ago)" in text
    client.force_login(first)
    part = client.get(presence_address(claim), headers=HTMX).content.decode()
    assert "<strong>Robin Reviewer</strong> has this claim open too (just now)" in part
    assert "Jamie Reding" not in part
    assert "<html" not in part


def test_people_on_other_claims_and_people_who_left_are_not_named(client):
    claim, other = claim_under_review(), claim_under_review()
    Presence.objects.create(claim=other, user=ReviewerFactory(full_name="Otto Other"), seen_at=timezone.now())
    gone = timezone.now() - timedelta(minutes=15, seconds=1)
    Presence.objects.create(claim=claim, user=ReviewerFactory(full_name="Lena Left"), seen_at=gone)
    client.force_login(ReviewerFactory())
    text = client.get(page_of(claim)).content.decode()
    assert "Otto Other" not in text
    assert "Lena Left" not in text


def test_presence_is_written_at_most_every_thirty_seconds_and_never_twice():
    claim, user = claim_under_review(), ReviewerFactory()
    for seconds, written in ((0, True), (29, False), (30, True)):
        now = NOW + timedelta(seconds=seconds)
        people = presence_on(claim, now=now)
        assert note_presence(claim, user=user, now=now, people=people) is written
    assert Presence.objects.get().seen_at == NOW + timedelta(seconds=30)


def test_readers_leave_no_trace(client):
    claim = claim_under_review()
    client.force_login(AuditorFactory())
    assert client.get(page_of(claim)).status_code == 200
    assert client.get(presence_address(claim), headers=HTMX).status_code == 200
    assert not Presence.objects.exists()


def test_looking_keeps_the_reviewers_claim_from_being_released(client):
    claim, user = claim_under_review(), ReviewerFactory()
    take(claim, user=user, now=timezone.now() - timedelta(hours=3))
    client.force_login(LeadFactory())
    client.get(presence_address(claim), headers=HTMX)
    claim.refresh_from_db()
    assert timezone.now() - claim.reviewer_active_at > timedelta(hours=2)
    client.force_login(user)
    client.get(presence_address(claim), headers=HTMX)
    claim.refresh_from_db()
    assert timezone.now() - claim.reviewer_active_at < timedelta(minutes=1)


def test_without_htmx_the_address_leads_to_the_claim(client):
    claim = claim_under_review()
    client.force_login(ReviewerFactory())
    assert client.get(presence_address(claim)).headers["Location"] == page_of(claim)
    assert client.post(presence_address(claim)).status_code == 405


def test_drafts_and_claims_of_barred_partners_tell_nothing(client):
    user, organization = ReviewerFactory(), OrganizationFactory()
    Bar.objects.create(reviewer=user, organization=organization, reason="Worked there", set_at=NOW)
    client.force_login(user)
    assert client.get(presence_address(ClaimFactory()), headers=HTMX).status_code == 404
    barred = claim_under_review(organization=organization)
    response = client.get(presence_address(barred), headers=HTMX)
    assert response.status_code == 403
    assert "conflict of interest" in response.content.decode()
    assert client.get(page_of(barred)).status_code == 403
    assert not Presence.objects.exists()


def test_old_rows_are_forgotten_after_a_day():
    claim = claim_under_review()
    for hours in (23, 25):
        Presence.objects.create(claim=claim, user=ReviewerFactory(), seen_at=NOW - timedelta(hours=hours))
    assert forget_presence(now=NOW) == 1
    assert Presence.objects.get().seen_at == NOW - timedelta(hours=23)
