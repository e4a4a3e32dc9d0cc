"""The calendar of deadlines: what it tells, to whom, and in which form."""

import hashlib
from datetime import date, timedelta

import pytest
import time_machine
from icalendar import Calendar

from claims.calendar_feed import MOST_EVENTS, deadlines_of
from claims.enums import ClaimStatus
from claims.models import Claim
from notifications.feed_addresses import make_address
from notifications.models import FeedAddress
from partners.models import Role
from tests.factories import NOW, ClaimFactory, MembershipFactory, OrganizationFactory, WorkloadFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DUE = NOW + 20 * DAY
EMOJI = "👩‍👩‍👧‍👦" * 17 + "🚀"  # 120 characters, most of them joined


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def member():
    return MembershipFactory(organization__name="Fabrikam Consulting")


@pytest.fixture
def token(member):
    return address_for(member)


def address_for(membership):
    return make_address(membership.user, reference=str(membership.organization_id), now=NOW)


def waiting(organization, due=DUE, **fields):
    return ClaimFactory(
        organization=organization, status=ClaimStatus.ACTION_REQUIRED, action_due_at=due, version=4, **fields
    )


def approved(organization, until=NOW + 3 * DAY, **fields):
    return ClaimFactory(
        organization=organization, status=ClaimStatus.APPROVED, decided_at=NOW, opt_out_until=until, **fields
    )


def under_review(organization, due=date(2026, 12, 1), **fields):
    return ClaimFactory(organization=organization, status=ClaimStatus.UNDER_REVIEW, review_due_on=due, **fields)


def read(client, token, **headers):
    return client.get(f"/calendar/{token}.ics", headers=headers)


def events(answer):
    return Calendar.from_ical(answer.content).walk("VEVENT")


class TestEvents:
    def test_the_time_to_respond_is_an_event_that_ends_at_the_deadline_with_two_alarms(self, client, member, token):
        claim = waiting(member.organization, name="CRM for Alpine")
        (event,) = events(read(client, token))
        assert event["SUMMARY"] == f"Respond to Microsoft: CRM for Alpine ({claim.pk})"
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (DUE - timedelta(minutes=30), DUE)
        assert event["URL"].endswith(f"/incentives/customer-associations/{claim.pk}/")
        assert event["URL"] in event["DESCRIPTION"]
        alarms = event.walk("VALARM")
        assert [alarm.decoded("TRIGGER") for alarm in alarms] == [-7 * DAY, -2 * DAY]
        assert [alarm["DESCRIPTION"][:11] for alarm in alarms] == ["7 days left", "2 days left"]
        assert {alarm["ACTION"] for alarm in alarms} == {"DISPLAY"}

    def test_the_end_of_the_opt_out_period_is_timed_and_has_no_alarm(self, client, member, token):
        approved(member.organization, until=NOW + 3 * DAY)
        (event,) = events(read(client, token))
        assert event["SUMMARY"].startswith("Opt-out period ends: ")
        assert event.decoded("DTEND") == NOW + 3 * DAY
        assert event.walk("VALARM") == []

    @pytest.mark.parametrize("status", [ClaimStatus.UNDER_REVIEW, ClaimStatus.DISPUTED])
    def test_the_day_a_review_is_due_lasts_the_whole_day(self, client, member, token, status):
        ClaimFactory(organization=member.organization, status=status, review_due_on=date(2026, 12, 1))
        (event,) = events(read(client, token))
        assert event["SUMMARY"].startswith("Review due: ")
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 12, 1), date(2026, 12, 2))
        assert event["DTSTART"].params["VALUE"] == "DATE"

    def test_claims_that_wait_for_nothing_are_not_in_it(self, client, member, token):
        organization = member.organization
        ClaimFactory(organization=organization)
        ClaimFactory(organization=organization, status=ClaimStatus.SUBMITTED, submitted_at=NOW)
        ClaimFactory(organization=organization, status=ClaimStatus.REJECTED, decided_at=NOW, review_due_on=NOW.date())
        ClaimFactory(
            organization=organization, status=ClaimStatus.CONSENT_DENIED, decided_at=NOW, opt_out_until=NOW + DAY
        )
        approved(organization, until=None)  # revenue association
        assert events(read(client, token)) == []

    def test_an_answer_takes_the_deadline_out(self, client, member, token):
        claim = waiting(member.organization)
        assert len(events(read(client, token))) == 1
        Claim.objects.filter(pk=claim.pk).update(status=ClaimStatus.SUBMITTED, action_due_at=None)
        assert events(read(client, token)) == []

    def test_uids_stay_sequence_grows_and_stamps_follow_the_claim(self, client, member, token):
        claim = waiting(member.organization)
        (before,) = events(read(client, token))
        later = NOW + timedelta(hours=5)
        Claim.objects.filter(pk=claim.pk).update(name="Renamed", version=5, last_activity_at=later)
        (after,) = events(read(client, token))
        assert before["UID"] == after["UID"] == f"claim-{claim.pk}-response@127.0.0.1"
        assert (before["SEQUENCE"], after["SEQUENCE"]) == (4, 5)
        assert before.decoded("LAST-MODIFIED") == before.decoded("DTSTAMP") == claim.last_activity_at
        assert after.decoded("LAST-MODIFIED") == after.decoded("DTSTAMP") == later

    def test_the_window_is_thirty_days_back_and_twelve_months_ahead(self, member):
        midnight = NOW.replace(hour=0, minute=0)
        inside = [midnight - 30 * DAY, midnight + 365 * DAY - timedelta(seconds=1)]
        outside = [midnight - 30 * DAY - timedelta(seconds=1), midnight + 365 * DAY]
        for until in inside + outside:
            approved(member.organization, until=until)
        assert sorted(deadline.due for deadline in deadlines_of(member.organization, now=NOW)) == inside

    def test_too_many_are_cut_at_a_thousand_and_the_past_goes_first(self, member):
        model = approved(member.organization, until=NOW - DAY)
        copies = [Claim(**{**values(model), "opt_out_until": NOW + DAY}) for _ in range(MOST_EVENTS)]
        Claim.objects.bulk_create(copies)
        found = deadlines_of(member.organization, now=NOW)
        assert len(found) == MOST_EVENTS
        assert all(deadline.due > NOW for deadline in found)


def values(claim):
    return {
        field.attname: getattr(claim, field.attname) for field in Claim._meta.concrete_fields if not field.primary_key
    }


class TestPrivacy:
    def test_deadlines_of_other_organizations_never_appear(self, client, member, token):
        rival = MembershipFactory()
        product = WorkloadFactory()
        own = waiting(member.organization, name="Own claim", products=[product])
        for make in (waiting, approved, under_review):
            make(rival.organization, name="Secret of a rival", tenant=own.tenant, products=[], created_by=member.user)
        answer = read(client, token)
        assert [event["UID"].split("-")[1] for event in events(answer)] == [str(own.pk)]
        assert b"Secret" not in answer.content
        assert len(events(read(client, address_for(rival)))) == 3

    def test_nothing_personal_of_the_customer_is_in_it(self, client, member, token):
        claim = waiting(
            member.organization, customer_contact_name="Joseph Jones", customer_contact_title="Chief of everything"
        )
        content = read(client, token).content.decode().replace("\r\n ", "")
        for personal in ("Joseph", "joseph@", "Chief", str(claim.tenant.tenant_id), claim.tenant.display_name):
            assert personal not in content
        assert claim.customer_domain in content

    def test_the_database_knows_only_the_digest(self, token):
        address = FeedAddress.objects.get()
        assert address.token_digest == hashlib.sha256(token.encode()).hexdigest()
        assert len(token) >= 43

    @pytest.mark.parametrize("odd", ["x", "a" * 5000, "%00", "..%2f..", "%F0%9F%9A%80", "' OR 1=1 --"])
    def test_unknown_addresses_are_not_found_and_not_kept(self, client, token, odd):
        answer = client.get(f"/calendar/{odd}.ics")
        assert answer.status_code == 404
        assert answer["Cache-Control"] == "private, no-store"

    def test_each_end_of_an_address_is_the_same_404(self, client, member, token):
        user, organization = member.user, member.organization
        waiting(organization)
        assert read(client, token).status_code == 200

        def gone():
            answer = read(client, token)
            assert b"BEGIN:VCALENDAR" not in answer.content
            return answer.status_code == 404

        type(user).objects.filter(pk=user.pk).update(is_active=False)
        assert gone()
        type(user).objects.filter(pk=user.pk).update(is_active=True)
        type(member).objects.filter(pk=member.pk).update(role=Role.MEMBER)
        assert gone()
        type(member).objects.filter(pk=member.pk).update(role=Role.INCENTIVE_USER)
        assert read(client, token).status_code == 200
        member.delete()
        assert gone()

    def test_an_address_does_not_follow_its_owner_to_another_organization(self, client, member, token):
        waiting(member.organization)
        elsewhere = OrganizationFactory()
        waiting(elsewhere)
        type(member).objects.filter(pk=member.pk).update(organization=elsewhere)
        assert read(client, token).status_code == 404

    def test_a_replaced_address_stops_at_once(self, client, member, token):
        fresh = address_for(member)
        assert (read(client, token).status_code, read(client, fresh).status_code) == (404, 200)

    def test_nobody_writes_to_a_feed(self, client, token):
        assert client.post(f"/calendar/{token}.ics").status_code == 405


class TestForm:
    @pytest.mark.parametrize(
        ("name", "read_back"),
        [
            ('Comma, semicolon; backslash \\ quote " and \\n', 'Comma, semicolon; backslash \\ quote " and \\n'),
            ("Line\r\nBEGIN:VEVENT\nbreak\x0b\x1f\u2028here", "Line BEGIN:VEVENT break here"),
            ("END:VCALENDAR", "END:VCALENDAR"),
            (EMOJI, EMOJI),
            ("Ümläute für Zürich " * 6, ("Ümläute für Zürich " * 6).strip()),
        ],
        ids=["signs", "breaks", "end", "emoji", "umlauts"],
    )
    def test_hostile_names_come_back_as_one_line_of_one_event(self, client, member, token, name, read_back):
        claim = waiting(member.organization, name=name[:120])
        member.organization.name = f"Fabri;kam, {name}"[:200]
        member.organization.save()
        answer = read(client, token)
        (event,) = events(answer)
        assert event["SUMMARY"] == f"Respond to Microsoft: {read_back} ({claim.pk})"
        self.assert_folded(answer.content)

    def assert_folded(self, content):
        assert content.endswith(b"END:VCALENDAR\r\n")
        assert content.count(b"\n") == content.count(b"\r\n")
        for line in content.split(b"\r\n"):
            assert len(line) <= 75
            line.decode()  # no character is cut in two
            assert not any(sign < 32 and sign != 9 for sign in line)

    def test_the_calendar_says_what_it_is(self, client, member, token):
        waiting(member.organization)
        answer = read(client, token)
        assert answer["Content-Type"].startswith("text/calendar; charset=utf-8")
        calendar = Calendar.from_ical(answer.content)
        assert (calendar["VERSION"], calendar["METHOD"], calendar["CALSCALE"]) == ("2.0", "PUBLISH", "GREGORIAN")
        assert calendar["X-WR-CALNAME"] == "Partner Center deadlines: Fabrikam Consulting"
        assert b"REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in answer.content
        (event,) = calendar.walk("VEVENT")
        assert (event["CLASS"], event["TRANSP"], event["STATUS"]) == ("PRIVATE", "TRANSPARENT", "CONFIRMED")
        assert calendar.errors == event.errors == []

    def test_an_empty_calendar_is_a_valid_one(self, client, token):
        calendar = Calendar.from_ical(read(client, token).content)
        assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]
        assert calendar.walk("STANDARD")[0].decoded("DTSTART").isoformat() == "1970-01-01T00:00:00"
