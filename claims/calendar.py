"""Business days of the review clock: Monday to Friday without holidays (R162, Q42).

Which days are holidays the calendar of one country says, and above it the entries that staff keep (``Holiday``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import holidays
from django.conf import settings
from django.utils import timezone

from claims.models.holiday import Holiday

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """The business days from ``first`` to ``last``, or without an end; ``entries`` are those of staff, True for a working day.

    Made by ``calendar_between`` or ``calendar_around``; asks the database nothing more, so hold one where many days are
    counted. A question about a day outside raises ValueError, since an entry there was not read.
    """

    country: str
    first: date
    last: date | None
    entries: Mapping[date, bool]

    def is_business_day(self, day: date) -> bool:
        """Whether the review clock counts the day: an entry of staff decides, else weekday and country (Q42)."""
        if day < self.first or (self.last is not None and day > self.last):
            raise ValueError(f"{day} is outside of the calendar from {self.first} to {self.last or 'any day'}.")
        works = self.entries.get(day)
        return is_usual_business_day(day, country=self.country) if works is None else works

    def add(self, start: date, count: int) -> date:
        """The ``count``-th business day after ``start``, which itself never counts. ``count`` is 1 or more."""
        if count < 1:
            raise ValueError("The clock runs for at least one business day.")
        day = start
        while count:
            day += _ONE_DAY
            count -= self.is_business_day(day)
        return day

    def time_ago(self, moment: datetime, span: timedelta) -> datetime:
        """The earliest moment since which no more than ``span`` has passed until ``moment``, on business days alone.

        Only their hours count, all that a day has: also the 23 or 25 of a day on which the clocks change. From a Monday at
        three, 24 hours lead back to the Friday before at three.
        """
        day, end = day_of(moment), moment.astimezone(UTC)
        while True:
            if self.is_business_day(day):
                hours = end - beginning_of(day)
                if span < hours:
                    return end - span
                span -= hours
            end, day = beginning_of(day), day - _ONE_DAY

    def between(self, start: date, end: date) -> int:
        """Business days after ``start`` up to and with ``end``; the same number below zero when ``end`` is the earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_business_day(start + ahead * _ONE_DAY) for ahead in range(1, (end - start).days + 1))


def calendar_between(first: date, last: date | None = None) -> BusinessCalendar:
    """The calendar of the review clock for these days, both included; without ``last`` it has no end. One query."""
    entries = Holiday.objects.filter(date__gte=first)
    if last is not None:
        entries = entries.filter(date__lte=last)
    return calendar_of(dict(entries.values_list("date", "is_working_day")), first=first, last=last)


def calendar_of(entries: Mapping[date, bool], *, first: date, last: date | None = None) -> BusinessCalendar:
    """The calendar of the review clock for these days, where the entries of staff on them have been read already."""
    return BusinessCalendar(settings.REVIEW_CALENDAR_COUNTRY, first, last, entries)


def calendar_around(today: date, days: Iterable[date | None]) -> BusinessCalendar:
    """The calendar that counts from ``today`` to each of ``days``, for a list of claims; None is left out. One query."""
    known = [today, *(day for day in days if day is not None)]
    return calendar_between(min(known), max(known))


def day_of(moment: datetime) -> date:
    """The day on which a moment lies: days begin and end in the portal's one time zone (Q42)."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def beginning_of(day: date) -> datetime:
    """The moment at which a day begins, as ``day_of`` counts days; in UTC, so that differences are true hours."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def business_time_ago(moment: datetime, span: timedelta) -> datetime:
    """``BusinessCalendar.time_ago`` in the calendar as it is now. One query."""
    return calendar_between(date.min, day_of(moment)).time_ago(moment, span)


def next_business_day_begins(moment: datetime) -> datetime:
    """When the first business day after the day of this moment begins. One query."""
    day = day_of(moment)
    return beginning_of(calendar_between(day).add(day, 1))


def review_due_on(started: datetime) -> date:
    """The day by which a review answers: so many business days (five, R162) after the day on which it started (Q42).

    One query. A date that was set stays, whatever entries of staff say later.
    """
    day = day_of(started)
    return calendar_between(day).add(day, settings.REVIEW_BUSINESS_DAYS)


def business_days_until(due: date, *, today: date) -> int:
    """Business days that are left after ``today`` up to and with ``due``; negative when ``due`` has passed (R162, Q42).

    One query; for many due dates hold a ``calendar_around(today, dues)`` instead and ask ``between(today, due)``.
    """
    return calendar_around(today, [due]).between(today, due)


def is_usual_business_day(day: date, *, country: str) -> bool:
    """Whether a day counts as long as staff have no entry for it: Monday to Friday and no holiday of the country (Q42).

    Monday to Friday holds for every country, also where the weekend is another. Holidays that the country keeps on a
    substitute day count there; Saturdays it works to make up for bridge days do not.
    """
    return day.weekday() < _SATURDAY and not holiday_name(day, country=country)


def holiday_name(day: date, *, country: str) -> str:
    """What the country's calendar calls this public holiday, in English where it can; empty on any other day."""
    return _holidays_of(country, day.year).get(day, "")


def coming_holidays(today: date, *, country: str, days: int = 365) -> list[tuple[date, str]]:
    """The country's public holidays that fall on Monday to Friday, from ``today`` on for so many days."""
    ahead = (today + number * _ONE_DAY for number in range(days))
    return [(day, name) for day in ahead if day.weekday() < _SATURDAY and (name := holiday_name(day, country=country))]


@lru_cache(maxsize=256)
def _holidays_of(country: str, year: int) -> Mapping[date, str]:
    """A year's holidays as a plain dict: the package fills its own object on demand, which threads must not share."""
    return dict(holidays.country_holidays(country, years=year, expand=False, language="en_US"))
