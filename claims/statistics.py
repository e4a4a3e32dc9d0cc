"""The numbers behind the four charts of «Customer Associations» (R021-R025, Q30-Q32)."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from claims.enums import ACTIVITIES_OF, Activity, ClaimAction, ClaimStatus
from claims.models import ClaimEvent, ClaimLine
from customers.enums import SolutionArea
from partners.models import PartnerOrganization


class TimeRange(Enum):
    """The switch above the charts (R021): its label, how far back it reaches, and whether it counts by week (Q30)."""

    DAYS_30 = ("30d", "30D", 0, True)
    MONTHS_3 = ("3m", "3M", 3, True)
    MONTHS_6 = ("6m", "6M", 6, False)
    MONTHS_12 = ("12m", "12M", 12, False)

    def __init__(self, code: str, label: str, months: int, weekly: bool) -> None:
        self.code, self.label, self.months, self.weekly = code, label, months, weekly

    @classmethod
    def of(cls, code: str) -> "TimeRange":
        """The range with this code; anything else is the first, 30D."""
        return next((each for each in cls if each.code == code), cls.DAYS_30)

    def first_day(self, today: date) -> date:
        """The first day of the range that ends with ``today``: 30 days, or the same day so many months ago."""
        if not self.months:
            return today - timedelta(days=29)
        back = today.year * 12 + today.month - 1 - self.months
        year, month = divmod(back, 12)
        return date(year, month + 1, min(today.day, _days_in(year, month + 1)))

    def buckets(self, today: date) -> list[date]:
        """First days of the weeks (Mondays) or months that the range touches, oldest first."""
        start = self.bucket_of(self.first_day(today))
        found = [start]
        while (following := self._after(found[-1])) <= today:
            found.append(following)
        return found

    def bucket_of(self, day: date) -> date:
        """The Monday, or the first of the month, that the day belongs to."""
        return day - timedelta(days=day.weekday()) if self.weekly else day.replace(day=1)

    def _after(self, bucket: date) -> date:
        return bucket + timedelta(days=7) if self.weekly else (bucket + timedelta(days=31)).replace(day=1)


def _days_in(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the charts show. ``approvals`` has one number per bucket; ``statuses`` counts per solution area."""

    time_range: TimeRange
    first_day: date
    buckets: list[date]
    approvals: dict[SolutionArea, list[int]]
    statuses: dict[SolutionArea, Counter[ClaimStatus]]
    workloads: dict[str, int]
    activities: dict[Activity, int]


def numbers_for(organization: PartnerOrganization, *, time_range: TimeRange, now: datetime) -> Numbers:
    """Count the organisation's own claims for the dashboard (Q35). Four queries, whatever their number.

    Days are UTC. The range drives the first two charts; the other two count over the whole time (Q32).
    """
    today = now.astimezone(UTC).date()
    start = time_range.first_day(today)
    since = datetime.combine(start, time.min, tzinfo=UTC)
    return Numbers(
        time_range=time_range,
        first_day=start,
        buckets=time_range.buckets(today),
        approvals=_approvals(organization, time_range=time_range, since=since, until=now, today=today),
        statuses=_statuses(organization, since=since, until=now),
        workloads=_customers_per_workload(organization),
        activities=_customers_per_activity(organization),
    )


def _approvals(
    organization: PartnerOrganization, *, time_range: TimeRange, since: datetime, until: datetime, today: date
) -> dict[SolutionArea, list[int]]:
    """Approvals per bucket (Q30), also of claims that a customer denied or the partner ended later."""
    approved = ClaimEvent.objects.filter(
        claim__organization=organization, action=ClaimAction.APPROVE, at__gte=since, at__lte=until
    )
    per_day = approved.annotate(day=TruncDate("at", tzinfo=UTC)).values_list("claim__solution_area", "day")
    buckets = time_range.buckets(today)
    place = {bucket: index for index, bucket in enumerate(buckets)}
    counts = {area: [0] * len(buckets) for area in SolutionArea}
    for area, day, number in per_day.annotate(number=Count("pk")).order_by():
        counts[SolutionArea(area)][place[time_range.bucket_of(day)]] += number
    return counts


def _statuses(
    organization: PartnerOrganization, *, since: datetime, until: datetime
) -> dict[SolutionArea, Counter[ClaimStatus]]:
    """Claims created in the range by the status they have now; discarded ones are in no list (Q31)."""
    created = organization.claims.filter(created_at__gte=since, created_at__lte=until)
    rows = created.exclude(status=ClaimStatus.DISCARDED).values_list("solution_area", "status")
    counts: dict[SolutionArea, Counter[ClaimStatus]] = {area: Counter() for area in SolutionArea}
    for area, status, number in rows.annotate(number=Count("pk")).order_by():
        counts[SolutionArea(area)][ClaimStatus(status)] = number
    return counts


def _customers_per_workload(organization: PartnerOrganization) -> dict[str, int]:
    """Distinct customers with an approved Microsoft 365 claim, per workload code, most first (R024, Q32).

    Workloads that an approval left out, or that went to another partner since, are not live and do not count.
    """
    approved = ClaimLine.objects.filter(
        organization=organization,
        live=True,
        claim__status=ClaimStatus.APPROVED,
        claim__solution_area=SolutionArea.MICROSOFT_365,
    )
    rows = approved.values_list("product__code").annotate(number=Count("tenant", distinct=True))
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def _customers_per_activity(organization: PartnerOrganization) -> dict[Activity, int]:
    """Distinct customers with an approved Business Applications claim, per activity that has any (R025, Q32)."""
    approved = organization.claims.filter(status=ClaimStatus.APPROVED, solution_area=SolutionArea.BUSINESS_APPLICATIONS)
    counts = approved.aggregate(
        **{
            activity.value: Count("tenant", distinct=True, filter=Q(activities__contains=[activity]))
            for activity in ACTIVITIES_OF[SolutionArea.BUSINESS_APPLICATIONS]
        }
    )
    return {Activity(activity): number for activity, number in counts.items() if number}
