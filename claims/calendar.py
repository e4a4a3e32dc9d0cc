"""Business days of the review clock."""

from datetime import date, datetime
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
