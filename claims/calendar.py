"""Business days of the review clock."""

from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
from django.conf import settings


@lru_cache(maxsize=4)
def _calendar(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


def review_due_on(started: datetime) -> date:
    """The day by which a review answers: five business days after it started (R162), holidays left out (Q42)."""
    calendar = _calendar(settings.REVIEW_CALENDAR_COUNTRY)
    return calendar.get_nth_working_day(started.date(), settings.REVIEW_BUSINESS_DAYS)


def business_days_until(due: date, *, today: date) -> int:
    """Business days that are left after ``today`` up to and with ``due``; negative when ``due`` has passed (R162, Q42)."""
    if due < today:
        return -business_days_until(today, today=due)
    calendar = _calendar(settings.REVIEW_CALENDAR_COUNTRY)
    return sum(calendar.is_working_day(today + timedelta(days=ahead)) for ahead in range(1, (due - today).days + 1))
