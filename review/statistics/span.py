"""The days that figures are counted over."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from claims.calendar import day_of
from claims.enums import ActorKind
from claims.models import ClaimEvent
from claims.statistics import TimeRange
from review.second_looks import DECISIONS


@dataclass(frozen=True, slots=True)
class Span:
    """A time range that ends now. Days begin and end in the portal's one time zone, as those of the review clock (Q42)."""

    time_range: TimeRange
    now: datetime

    @property
    def today(self) -> date:
        """The last day of the range."""
        return day_of(self.now)

    @property
    def first_day(self) -> date:
        """The first day of the range: 30 days with today, or the same day so many months ago."""
        return self.time_range.first_day(self.today)

    @property
    def since(self) -> datetime:
        """The moment at which the first day begins."""
        return datetime.combine(self.first_day, time.min, tzinfo=timezone.get_default_timezone())

    @property
    def unit(self) -> str:
        """What one bucket is: a day of 30 days, a week of three months, a month of more."""
        if self.time_range == TimeRange.DAYS_30:
            return "day"
        return "week" if self.time_range.weekly else "month"

    @property
    def buckets(self) -> list[date]:
        """First days of the days, weeks (from Monday) or months that the range touches, oldest first."""
        if self.unit == "day":
            number = (self.today - self.first_day).days + 1
            return [self.first_day + timedelta(days=ahead) for ahead in range(number)]
        return self.time_range.buckets(self.today)

    def bucket_of(self, day: date) -> date:
        """The first day of the bucket that the day belongs to."""
        return day if self.unit == "day" else self.time_range.bucket_of(day)


def decisions_in(span: Span) -> QuerySet[ClaimEvent]:
    """What reviewers decided in the range: approvals, rejections, requests for action. Lapses are the clock's, not theirs."""
    events = ClaimEvent.objects.filter(action__in=sorted(DECISIONS), actor_kind=ActorKind.REVIEWER)
    return events.filter(at__gte=span.since, at__lte=span.now).order_by()


def local_day(field: str) -> TruncDate:
    """The day of a moment in the portal's zone, for queries."""
    return TruncDate(field, tzinfo=timezone.get_default_timezone())
