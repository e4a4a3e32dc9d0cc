"""The review clock against an oracle that walks day by day: 1,000 starts for each of five calendars."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from claims.calendar import BusinessCalendar, business_days_until, calendar_around, review_due_on
from claims.models import Holiday

COUNTRIES = ["US", "DE", "JP", "SA", "GB"]
ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Pacific/Auckland", "Asia/Kolkata"]
FIRST, LAST = date(2019, 1, 1), date(2033, 12, 31)
ONE_DAY = timedelta(days=1)
KNOWN = {
    country: frozenset(holidays.country_holidays(country, years=range(FIRST.year - 1, LAST.year + 3)))
    for country in COUNTRIES
}
DAYS = [FIRST + number * ONE_DAY for number in range((LAST - FIRST).days + 1)]
LEAP_DAYS = [day for day in DAYS if (day.month, day.day) == (2, 29)]


def changes_of(zone):
    """The days on which the clocks of a zone are put forward or back."""
    noons = [datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)) for day in DAYS]
    return [noon.date() for noon, next_noon in pairwise(noons) if noon.dst() != next_noon.dst()]


CHANGES = {zone: changes_of(zone) for zone in ZONES}


def moments(zone):
    """Any moment, and many around local midnights, on leap days, and around changes of the clocks."""
    tricky = st.sampled_from(DAYS) | st.sampled_from(LEAP_DAYS) | st.sampled_from(CHANGES[zone] or LEAP_DAYS)
    seconds = st.sampled_from([-1, 0, 1]) | st.integers(-3600, 4 * 3600)
    midnights = st.builds(
        lambda day, away: (
            datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC) + timedelta(seconds=away)
        ),
        tricky,
        seconds,
    )
    anything = st.datetimes(
        datetime.combine(FIRST, datetime.min.time()),
        datetime.combine(LAST, datetime.min.time()),
        timezones=st.just(UTC),
    )
    return anything | midnights


def entries_for(seed):
    """A tenth of all days has an entry, and one month is off as a whole."""
    dice = random.Random(seed)
    entries = {day: dice.random() < 0.5 for day in DAYS if dice.random() < 0.1}
    month = dice.choice(DAYS)
    return entries | {month + number * ONE_DAY: False for number in range(31)}


def counts(day, *, country, entries):
    if day in entries:
        return entries[day]
    return day.strftime("%a") not in {"Sat", "Sun"} and day not in KNOWN[country]


def oracle(moment, *, zone, country, entries):
    """The fifth day after the local day of the start that counts, found by crossing off day after day."""
    day, left = moment.astimezone(ZoneInfo(zone)).date(), 5
    while left > 0:
        day = date.fromordinal(day.toordinal() + 1)
        if counts(day, country=country, entries=entries):
            left -= 1
    return day


def test_the_zones_put_their_clocks_forward_and_back():
    assert {zone: len(days) // 15 for zone, days in CHANGES.items()} == {
        "UTC": 0, "America/New_York": 2, "Europe/Berlin": 2, "Pacific/Auckland": 2, "Asia/Kolkata": 0,
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("country", COUNTRIES)
def test_due_dates_of_1000_starts_for_each_calendar_are_those_of_the_oracle(country, zone, settings):
    settings.TIME_ZONE, settings.REVIEW_CALENDAR_COUNTRY = zone, country
    entries = entries_for(f"{country} {zone}")
    Holiday.objects.bulk_create(Holiday(date=day, name="-", is_working_day=works) for day, works in entries.items())
    seen = set()

    @tries(max_examples=260, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(moments(zone))
    def compare(moment):
        seen.add(moment)
        due = review_due_on(moment)
        assert due == oracle(moment, zone=zone, country=country, entries=entries)
        today = moment.astimezone(ZoneInfo(zone)).date()
        calendar = calendar_around(today, [due])
        assert calendar.between(today, due) == 5
        assert calendar.between(due, today) == -5
        assert calendar.is_business_day(due)

    compare()
    assert len(seen) >= 200  # different ones, for each of the five zones


@tries(max_examples=300, deadline=None, database=None)
@given(
    country=st.sampled_from(COUNTRIES),
    start=st.sampled_from(DAYS),
    length=st.integers(0, 400),
    count=st.integers(1, 30),
    offsets=st.dictionaries(st.integers(-5, 60), st.booleans(), max_size=30),
)
def test_counting_is_crossing_off_days_whatever_the_entries(country, start, length, count, offsets):
    entries = {start + away * ONE_DAY: works for away, works in offsets.items()}
    calendar = BusinessCalendar(country, start - 10 * ONE_DAY, None, entries)
    end = start + length * ONE_DAY
    expected = sum(counts(start + n * ONE_DAY, country=country, entries=entries) for n in range(1, length + 1))
    assert calendar.between(start, end) == expected
    assert calendar.between(end, start) == -expected
    due = calendar.add(start, count)
    assert calendar.between(start, due) == count
    assert calendar.between(start, due - ONE_DAY) == count - 1


@pytest.mark.django_db
def test_the_days_left_fall_by_one_with_each_business_day_and_below_zero_after_the_due_date():
    Holiday.objects.create(date=date(2026, 11, 28), name="Inventory", is_working_day=True)
    due = review_due_on(datetime(2026, 11, 24, 10, tzinfo=UTC))
    assert due == date(2026, 12, 1)  # Thanksgiving is off, the Saturday of the inventory counts
    today = date(2026, 11, 24)
    left = [business_days_until(due, today=today + number * ONE_DAY) for number in range(10)]
    assert left == [5, 4, 4, 3, 2, 2, 1, 0, -1, -2]
