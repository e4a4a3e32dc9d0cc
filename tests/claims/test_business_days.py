"""Business days: which count, where a day begins, and what a list of them costs."""

from datetime import UTC, date, datetime

import pytest
from django.core.checks import Error, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from claims.calendar import (
    business_days_until,
    calendar_around,
    calendar_between,
    coming_holidays,
    holiday_name,
    is_usual_business_day,
    review_due_on,
)
from claims.checks import refuse_unfit_review_clock
from claims.models import Holiday

TUESDAY = date(2026, 11, 24)  # before Thanksgiving


class TestUsualDays:
    @pytest.mark.parametrize("country", ["US", "SA", "AE", "IL", "CN"])
    def test_monday_to_friday_count_in_every_country_whatever_its_weekend(self, country):
        week = [is_usual_business_day(date(2026, 11, day), country=country) for day in range(9, 16)]
        veterans_day = country != "US"
        assert week == [True, True, veterans_day, True, True, False, False]

    def test_a_holiday_counts_off_on_the_day_on_which_it_is_observed(self):
        assert holiday_name(date(2026, 7, 3), country="US") == "Independence Day (observed)"
        assert not is_usual_business_day(date(2026, 7, 3), country="US")
        assert not is_usual_business_day(date(2027, 12, 31), country="US")  # New Year's Day of the next year
        assert not is_usual_business_day(date(2026, 5, 6), country="JP")  # for a holiday on a Sunday

    def test_saturdays_that_a_country_works_to_make_up_for_bridge_days_do_not_count(self):
        assert not is_usual_business_day(date(2024, 2, 4), country="CN")
        assert not is_usual_business_day(date(2024, 5, 11), country="CN")

    def test_the_coming_holidays_are_those_that_fall_on_monday_to_friday(self):
        coming = coming_holidays(date(2026, 11, 26), country="US", days=40)
        assert coming == [
            (date(2026, 11, 26), "Thanksgiving Day"),
            (date(2026, 12, 25), "Christmas Day"),
            (date(2027, 1, 1), "New Year's Day"),
        ]


@pytest.mark.django_db
class TestEntries:
    def test_a_day_off_moves_a_due_date_and_a_working_day_brings_it_back(self):
        started = datetime(2026, 11, 24, 10, tzinfo=UTC)
        assert review_due_on(started) == date(2026, 12, 2)
        Holiday.objects.create(date=date(2026, 11, 27), name="Company holiday")
        assert review_due_on(started) == date(2026, 12, 3)
        Holiday.objects.create(date=date(2026, 11, 26), name="We work", is_working_day=True)
        assert review_due_on(started) == date(2026, 12, 2)
        Holiday.objects.all().delete()
        assert review_due_on(started) == date(2026, 12, 2)

    def test_the_days_left_of_a_due_date_follow_the_entries(self):
        due = date(2026, 11, 30)
        assert business_days_until(due, today=TUESDAY) == 3
        Holiday.objects.create(date=due, name="Company holiday")
        assert business_days_until(due, today=TUESDAY) == 2
        assert business_days_until(TUESDAY, today=due) == -2

    def test_an_entry_on_the_first_and_on_the_last_day_of_a_calendar_is_read(self):
        for day in (24, 25, 27, 30):
            Holiday.objects.create(date=date(2026, 11, day), name="Off")
        calendar = calendar_between(TUESDAY, date(2026, 11, 27))
        assert [calendar.is_business_day(date(2026, 11, day)) for day in (24, 25, 26, 27)] == [False] * 4
        assert set(calendar.entries) == {TUESDAY, date(2026, 11, 25), date(2026, 11, 27)}

    def test_a_day_that_was_not_read_is_refused_instead_of_guessed(self):
        calendar = calendar_between(TUESDAY, date(2026, 11, 27))
        with pytest.raises(ValueError, match="outside"):
            calendar.is_business_day(date(2026, 11, 23))
        with pytest.raises(ValueError, match="outside"):
            calendar.add(TUESDAY, 5)
        with pytest.raises(ValueError, match="at least one"):
            calendar.add(TUESDAY, 0)

    def test_each_question_costs_one_query_and_a_list_of_dates_one_in_all(self, django_assert_num_queries):
        Holiday.objects.create(date=date(2026, 11, 27), name="Off")
        with django_assert_num_queries(1):
            review_due_on(datetime(2026, 11, 24, 10, tzinfo=UTC))
        with django_assert_num_queries(1):
            business_days_until(date(2026, 12, 2), today=TUESDAY)
        dues = [date(2026, 11, 20), None, date(2026, 11, 30), date(2027, 1, 15)]
        with django_assert_num_queries(1):
            calendar = calendar_around(TUESDAY, dues)
            left = [calendar.between(TUESDAY, due) for due in dues if due]
        assert left == [-2, 2, 34]


@pytest.mark.django_db
class TestZone:
    @pytest.mark.parametrize(
        ("zone", "due"),
        [
            ("UTC", date(2026, 11, 16)),
            ("Pacific/Auckland", date(2026, 11, 17)),
            ("America/New_York", date(2026, 11, 16)),
        ],
    )
    def test_the_day_of_the_start_is_the_portals(self, zone, due, settings):
        settings.TIME_ZONE = zone
        assert review_due_on(datetime(2026, 11, 6, 20, tzinfo=UTC)) == date(
            2026, 11, 16
        )  # Saturday morning in Auckland
        assert review_due_on(datetime(2026, 11, 8, 20, tzinfo=UTC)) == due  # Monday morning in Auckland

    def test_the_last_and_the_first_second_of_a_local_day_differ(self, settings):
        settings.TIME_ZONE = "America/New_York"
        assert review_due_on(datetime(2026, 6, 2, 3, 59, 59, tzinfo=UTC)) == date(2026, 6, 8)
        assert review_due_on(datetime(2026, 6, 2, 4, 0, 0, tzinfo=UTC)) == date(2026, 6, 9)


class TestSettings:
    def test_the_settings_of_the_tests_pass(self):
        assert run_checks(tags=["review_clock"]) == []
        refuse_unfit_review_clock()

    @pytest.mark.parametrize("country", ["XX", "us", "", "utils", "NYSE"])
    def test_a_country_without_a_calendar_stops_the_start_up_with_a_sentence(self, country, settings):
        settings.REVIEW_CALENDAR_COUNTRY = country
        [error] = run_checks(tags=["review_clock"])
        assert isinstance(error, Error)
        assert error.msg == f"REVIEW_CALENDAR_COUNTRY is «{country}», and no calendar of holidays is known for it."
        with pytest.raises(SystemCheckError, match="no calendar of holidays is known for it"):
            call_command("check")
        with pytest.raises(ImproperlyConfigured, match="no calendar of holidays is known for it"):
            refuse_unfit_review_clock()

    @pytest.mark.parametrize("days", [0, -1])
    def test_a_review_without_a_business_day_stops_it_too(self, days, settings):
        settings.REVIEW_BUSINESS_DAYS = days
        assert [error.id for error in run_checks(tags=["review_clock"])] == ["claims.E002"]
