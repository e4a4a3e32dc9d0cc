"""When the morning list goes out, and to whom."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from claims.calendar import calendar_between
from claims.models import Holiday
from notifications.models import OutgoingEmail
from review import digest, tasks
from review.digest import morning_of, send_digests
from review.models import DigestDay
from review.settings_checks import check_desk_settings
from tests.factories import (
    ReviewerFactory,
)
from tests.review.leads.mornings import TODAY, TUESDAY, claim_of, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin():
    return ReviewerFactory(email="robin@microsoft.example", full_name="Robin Reviewer")


class TestWhen:
    def test_from_its_hour_on_and_once_a_day(self, robin):
        claim_of(robin)
        before = TUESDAY.replace(hour=6, minute=59, second=59)
        assert send_digests(now=before) == 0
        assert not DigestDay.objects.exists()
        assert send_digests(now=TUESDAY.replace(minute=0)) == 1
        assert send_digests(now=TUESDAY) == 0
        assert send_digests(now=TUESDAY.replace(hour=23, minute=59)) == 0
        assert OutgoingEmail.objects.count() == 1
        assert DigestDay.objects.get().mails == 1
        assert send_digests(now=TUESDAY + timedelta(days=1)) == 1
        assert OutgoingEmail.objects.count() == 2

    def test_a_clock_that_stood_still_catches_up_the_same_day(self, robin):
        claim_of(robin)
        assert send_digests(now=TUESDAY.replace(hour=22)) == 1

    @pytest.mark.parametrize("number", [2, 4, 5])  # Thanksgiving, Saturday, Sunday
    def test_not_on_days_without_business(self, robin, number):
        claim_of(robin)
        assert send_digests(now=TUESDAY + timedelta(days=number)) == 0
        assert not DigestDay.objects.exists()

    def test_an_entry_of_staff_closes_and_opens_days(self, robin):
        claim_of(robin)
        Holiday.objects.create(date=TODAY, name="Company holiday")
        Holiday.objects.create(date=day(2), name="Open after all", is_working_day=True)
        assert send_digests(now=TUESDAY) == 0
        assert send_digests(now=TUESDAY + timedelta(days=2)) == 1

    @pytest.mark.parametrize(
        ("zone", "hour", "sent"),
        [("America/New_York", 11, False), ("America/New_York", 12, True), ("Asia/Tokyo", 0, True), ("UTC", 6, False)],
    )
    def test_the_hour_is_one_of_the_portals_zone(self, robin, settings, zone, hour, sent):
        settings.TIME_ZONE = zone
        claim_of(robin)
        assert send_digests(now=TUESDAY.replace(hour=hour, minute=0)) == int(sent)

    def test_an_hour_that_the_clocks_leave_out_comes_with_the_next_and_a_double_one_counts_once(self, robin, settings):
        settings.TIME_ZONE, settings.DIGEST_HOUR = "Africa/Cairo", 0
        claim_of(robin, -400)
        # Cairo's clocks went from midnight to one on Friday, April 24, 2026, and back on the last Thursday of October.
        zone = ZoneInfo("Africa/Cairo")
        spring = datetime(2026, 4, 23, 22, 0, tzinfo=UTC)
        assert spring.astimezone(zone).hour == 1
        assert send_digests(now=spring - timedelta(seconds=1)) == 1  # it is still Thursday
        assert send_digests(now=spring) == 1
        assert send_digests(now=spring + timedelta(hours=1)) == 0
        autumn = datetime(2026, 10, 29, 20, 30, tzinfo=UTC)
        assert (autumn.astimezone(zone).hour, (autumn + timedelta(hours=1)).astimezone(zone).hour) == (23, 23)
        assert send_digests(now=autumn) == 1
        assert send_digests(now=autumn + timedelta(hours=1)) == 0

    def test_the_time_of_news_follows_the_clocks(self, settings):
        settings.TIME_ZONE = "America/New_York"  # clocks went back on Sunday, November 1, 2026
        monday = date(2026, 11, 2)
        morning = morning_of(monday, calendar=calendar_between(monday - timedelta(days=40)))
        assert morning.since.astimezone(UTC) == datetime(2026, 10, 30, 11, tzinfo=UTC)
        assert morning.until.astimezone(UTC) == datetime(2026, 11, 2, 12, tzinfo=UTC)

    def test_when_one_mail_fails_none_is_queued_and_the_next_clock_does_it(self, robin, monkeypatch):
        claim_of(robin)
        claim_of(ReviewerFactory())
        real, calls = digest.enqueue, []

        def failing(**fields):
            calls.append(fields)
            if len(calls) == 2:
                raise RuntimeError("The power went out.")
            return real(**fields)

        monkeypatch.setattr(digest, "enqueue", failing)
        with pytest.raises(RuntimeError):
            send_digests(now=TUESDAY)
        assert not OutgoingEmail.objects.exists()
        assert not DigestDay.objects.exists()
        monkeypatch.setattr(digest, "enqueue", real)
        assert send_digests(now=TUESDAY) == 2

    def test_the_clock_knows_the_task(self, settings):
        known = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
        assert tasks.send_morning_digests.name in known

    @pytest.mark.parametrize(
        ("hour", "percent", "number"), [(7, 5, 0), (0, 0, 0), (23, 100, 0), (24, 101, 2), (-1, -1, 2)]
    )
    def test_hours_and_shares_that_do_not_exist_stop_the_start_up(self, settings, hour, percent, number):
        settings.DIGEST_HOUR, settings.SECOND_LOOK_PERCENT = hour, percent
        assert len(check_desk_settings(None)) == number
        if not number:
            call_command("check", tags=["review"])
