"""Reading the calendar of deadlines again and again: cheap, and never out of date."""

from datetime import UTC, timedelta

import pytest
import time_machine

from claims.enums import ClaimStatus
from claims.models import Claim
from notifications.models import FeedAddress
from tests.claims.test_calendar_feed import DAY, address_for, approved, events, read, waiting
from tests.factories import NOW, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def token(member):
    return address_for(member)


def test_a_calendar_that_has_seen_it_gets_304_without_content(client, member, token):
    waiting(member.organization)
    first = read(client, token)
    assert first["Cache-Control"] == "private, no-cache"
    for header, value in (("If-None-Match", first["ETag"]), ("If-Modified-Since", first["Last-Modified"])):
        again = read(client, token, **{header: value})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]


def test_a_change_ends_that(client, member, token):
    claim = waiting(member.organization)
    first = read(client, token)
    Claim.objects.filter(pk=claim.pk).update(name="Renamed", version=5, last_activity_at=NOW + DAY)
    assert read(client, token, **{"If-None-Match": first["ETag"]}).status_code == 200
    assert read(client, token, **{"If-Modified-Since": first["Last-Modified"]}).status_code == 200


def test_a_claim_that_leaves_counts_as_a_change(client, member, token):
    claim = waiting(member.organization)
    first = read(client, token)
    changed = {"status": ClaimStatus.SUBMITTED, "action_due_at": None, "last_activity_at": NOW + DAY}
    Claim.objects.filter(pk=claim.pk).update(**changed)
    assert read(client, token, **{"If-Modified-Since": first["Last-Modified"]}).status_code == 200


def test_a_new_day_that_takes_an_event_out_counts_as_a_change(client, member, token):
    approved(member.organization, until=NOW - 30 * DAY)
    first = read(client, token)
    assert len(events(first)) == 1
    with time_machine.travel(NOW + DAY, tick=False):
        second = read(client, token, **{"If-Modified-Since": first["Last-Modified"]})
    assert second.status_code == 200
    assert events(second) == []


def test_head_answers_like_get_without_content(client, token):
    got, head = read(client, token), client.head(f"/calendar/{token}.ics")
    assert (head.status_code, head["ETag"], head.content) == (200, got["ETag"], b"")


@pytest.mark.parametrize("count", [1, 3])
def test_reading_costs_five_queries_for_one_claim_and_for_three(
    client, member, token, count, django_assert_num_queries
):
    for _ in range(count):
        waiting(member.organization)
    read(client, token)  # notes the reading, once an hour
    # Address with person, membership with organization, claims, requests, last change.
    with django_assert_num_queries(5):
        assert len(events(read(client, token))) == count


def test_the_reading_is_noted_once_an_hour(client, token):
    read(client, token)
    for minutes, noted in ((59, NOW), (61, NOW + timedelta(minutes=61))):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            read(client, token)
        assert FeedAddress.objects.get().last_read_at == noted.astimezone(UTC)
