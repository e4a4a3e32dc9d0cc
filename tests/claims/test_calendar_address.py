"""The secret address of the calendar: made, shown once, replaced, revoked."""

import re
import threading

import pytest
from django.db import connection

from claims.calendar_feed import address_of, new_address
from notifications.feed_addresses import find_address, revoke_address
from notifications.models import FeedAddress
from tests.factories import NOW, MembershipFactory, ReviewerFactory

pytestmark = pytest.mark.django_db
PAGE = "/incentives/customer-associations/calendar/"
SETTINGS = "/notifications/settings/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def member(client):
    membership = MembershipFactory(role="incentive_user")
    client.force_login(membership.user)
    return membership


def shown_path(page):
    found = re.search(r'value="[a-z]+://[^/]+(/calendar/[^"]+\.ics)"', page)
    return found and found[1]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_new_address_is_shown_once_and_works(client, member, headers):
    answer = client.post(PAGE, {"go": "make"}, headers=headers)
    page = answer.content.decode()
    path = shown_path(page)
    assert client.get(path).status_code == 200
    assert 'data-copy="http' in page
    assert f"webcal://127.0.0.1:8000{path}" in page
    assert answer["Cache-Control"] == "private, no-store"
    assert ("<html" in page) == (not headers)
    for later in (PAGE, SETTINGS):
        again = client.get(later).content.decode()
        assert path not in again
        assert "You have an address since" in again


def test_replacing_ends_the_older_address(client, member):
    first = shown_path(client.post(PAGE, {"go": "make"}).content.decode())
    second = shown_path(client.post(PAGE, {"go": "make"}).content.decode())
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert FeedAddress.objects.filter(revoked_at=None).count() == 1


def test_revoking_says_so_and_offers_a_new_one(client, member):
    path = shown_path(client.post(PAGE, {"go": "make"}).content.decode())
    answer = client.post(PAGE, {"go": "revoke"}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(SETTINGS, 302)]
    assert "The calendar address is revoked." in page
    assert "Create calendar address" in page
    assert client.get(path).status_code == 404


def test_revoking_by_htmx_brings_the_section_back(client, member):
    client.post(PAGE, {"go": "make"})
    answer = client.post(PAGE, {"go": "revoke"}, headers=HTMX)
    part = answer.content.decode()
    assert part.lstrip().startswith('<section class="card" id="calendar"')
    assert "Create calendar address" in part
    assert "revoked" in answer["HX-Trigger"]
    assert not FeedAddress.objects.filter(revoked_at=None).exists()


def test_revoking_twice_is_fine(client, member):
    assert client.post(PAGE, {"go": "revoke"}).status_code == 302


@pytest.mark.parametrize("go", ["", "steal", "x" * 9999, "<script>"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_anything_else_is_refused_and_changes_nothing(client, member, go, headers):
    client.post(PAGE, {"go": "make"})
    before = FeedAddress.objects.values().get()
    assert client.post(PAGE, {"go": go}, headers=headers).status_code == 400
    assert FeedAddress.objects.values().get() == before


def test_looking_makes_nothing(client, member):
    assert "Create calendar address" in client.get(PAGE).content.decode()
    assert not FeedAddress.objects.exists()


def test_an_address_is_only_its_owners(client, member):
    other = MembershipFactory(organization=member.organization)
    token = new_address(other, now=NOW)
    assert "Create calendar address" in client.get(PAGE).content.decode()
    client.post(PAGE, {"go": "revoke"})
    assert find_address(token)


def test_an_address_of_the_former_organization_is_not_offered_any_more(client, member):
    new_address(member, now=NOW)
    assert address_of(member)
    member.organization = MembershipFactory().organization
    member.save()
    assert address_of(member) is None
    assert "Create calendar address" in client.get(SETTINGS).content.decode()
    new_address(member, now=NOW)
    assert FeedAddress.objects.filter(revoked_at=None).count() == 1


def test_only_people_with_an_incentive_role_come_in(client):
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")
    for user in (MembershipFactory(role="member").user, ReviewerFactory()):
        client.force_login(user)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {"go": "make"}).status_code == 403
    assert not FeedAddress.objects.exists()


def test_a_revoked_row_stays_as_a_trace(member):
    new_address(member, now=NOW)
    assert revoke_address(member.user, now=NOW)
    assert not revoke_address(member.user, now=NOW)
    assert FeedAddress.objects.get().revoked_at == NOW


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_several_requests_at_once_each_gets_a_token_and_the_last_one_holds(transactional_db):
    member = MembershipFactory()
    tokens, barrier = [], threading.Barrier(4)

    def make():
        try:
            barrier.wait()
            tokens.append(new_address(member, now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(tokens)) == 4
    assert [bool(find_address(token)) for token in tokens].count(True) == 1
