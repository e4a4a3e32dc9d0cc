"""The figures of the Sales summary: a roll of twelve months, the roll before it, and its months (R194, Q29)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from revenue.models import RevenueLine

MONTHS = 12
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Roll:
    """Twelve months in a row, named by the first days of the first and the last one."""

    first: date
    last: date

    @property
    def months(self) -> list[date]:
        """All twelve, oldest first."""
        return [add_months(self.first, number) for number in range(MONTHS)]

    @property
    def before(self) -> "Roll":
        """The twelve months before it."""
        return roll_ending(add_months(self.first, -1))


@dataclass(frozen=True, slots=True)
class Amounts:
    """Sums of some lines, exact."""

    license: Decimal
    enhancement: Decimal

    @property
    def total(self) -> Decimal:
        """License revenue and enhancement and software assurance revenue together."""
        return self.license + self.enhancement


@dataclass(frozen=True, slots=True)
class Performance:
    """One row of the summary.

    ``customer_adds``: distinct customers whose first month with a counted line lies in the roll. ``net_seat_adds``: the
    seats billed in the roll's last month, less the seats billed in the last month before the roll.
    """

    roll: Roll
    amounts: Amounts
    customer_adds: int
    net_seat_adds: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a roll."""

    month: date
    amounts: Amounts
    seats: int


def add_months(month: date, number: int) -> date:
    """The first day of the month so many months later, or earlier when negative."""
    years, index = divmod(month.month - 1 + number, 12)
    return date(month.year + years, index + 1, 1)


def roll_ending(day: date) -> Roll:
    """The twelve months that end with the month of the day."""
    last = day.replace(day=1)
    return Roll(add_months(last, 1 - MONTHS), last)


def performance(lines: QuerySet[RevenueLine], *, rolls: Sequence[Roll]) -> list[Performance]:
    """One row per roll over these lines, as their view has them. Two queries, however many lines and rolls.

    Customer Adds and Net Seat Adds go by the counted lines alone. So a customer is added when its revenue first counts
    under a revenue association, and seats that a new association brings along are added seats.
    """
    sums, firsts = {}, {}
    for index, roll in enumerate(rolls):
        inside = Q(month__range=(roll.first, roll.last))
        sums[f"license_{index}"] = Sum("license_revenue", filter=inside, default=_ZERO)
        sums[f"enhancement_{index}"] = Sum("enhancement_revenue", filter=inside, default=_ZERO)
        sums[f"seats_after_{index}"] = Sum("seats", filter=Q(month=roll.last), default=0)
        sums[f"seats_before_{index}"] = Sum("seats", filter=Q(month=roll.before.last), default=0)
        firsts[f"added_{index}"] = Count("tenant", filter=Q(first__range=(roll.first, roll.last)))
    found = lines.aggregate(**sums)
    added = lines.order_by().values("tenant").annotate(first=Min("month")).aggregate(**firsts)
    return [
        Performance(
            roll,
            Amounts(found[f"license_{index}"], found[f"enhancement_{index}"]),
            added[f"added_{index}"],
            found[f"seats_after_{index}"] - found[f"seats_before_{index}"],
        )
        for index, roll in enumerate(rolls)
    ]


def months_of(lines: QuerySet[RevenueLine], *, roll: Roll) -> list[Month]:
    """The roll's twelve months, oldest first; a month without lines has zeros. One query."""
    inside = lines.filter(month__range=(roll.first, roll.last)).order_by().values("month")
    found = inside.annotate(
        license=Sum("license_revenue"), enhancement=Sum("enhancement_revenue"), seats_billed=Sum("seats")
    )
    by_month: dict[date, dict[str, Any]] = {row["month"]: {**row} for row in found}
    empty: dict[str, Any] = {"license": _ZERO, "enhancement": _ZERO, "seats_billed": 0}
    rows = [(month, by_month.get(month, empty)) for month in roll.months]
    return [Month(month, Amounts(row["license"], row["enhancement"]), row["seats_billed"]) for month, row in rows]


def total_of(months: Sequence[Month]) -> Amounts:
    """The months added up."""
    license_revenue = sum((month.amounts.license for month in months), _ZERO)
    return Amounts(license_revenue, sum((month.amounts.enhancement for month in months), _ZERO))
