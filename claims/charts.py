"""Where the marks of the dashboard's charts stand.

Across, positions are percentages, so that a drawing fills whatever width it gets and its texts keep their size; up and
down they are pixels. The templates in ``templates/claims/charts/`` draw them.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from claims.enums import ClaimStatus
from claims.statistics import Numbers
from customers.enums import SolutionArea
from kit.texts import Text

PLOT_HEIGHT = 160
LONGEST_BAR = 86  # per cent; the count stands behind it
_MOST_TICKS = 5
_MOST_DATES = {True: 5, False: 4}  # by week, by month: so many have room side by side on a phone

# Words of the chart's legend. The first five as the process description prints them; the others are added so that the
# columns agree with the table (Q6, Q31).
LEGEND: dict[ClaimStatus, Text] = {
    ClaimStatus.EDITING: gettext_lazy("Editing"),
    ClaimStatus.SUBMITTED: gettext_lazy("Submitted"),
    ClaimStatus.ACTION_REQUIRED: gettext_lazy("PartnerActionRequired"),
    ClaimStatus.REJECTED: gettext_lazy("Rejected"),
    ClaimStatus.APPROVED: gettext_lazy("Approved"),
    ClaimStatus.UNDER_REVIEW: gettext_lazy("Under review"),
    ClaimStatus.CONSENT_DENIED: gettext_lazy("Customer consent denied"),
    ClaimStatus.DISPUTED: gettext_lazy("Disputed"),
    ClaimStatus.ENDED: gettext_lazy("Association ended"),
}
_ALWAYS_SHOWN = tuple(LEGEND)[:7]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis: its text and its place."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point, column or bar: what it counts, and where it is drawn."""

    label: Text
    count: int
    code: str
    x: str
    y: str
    size: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line between two points."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name, its points, the pieces between them."""

    label: Text
    code: str
    total: int
    points: list[Mark]
    segments: list[Segment]


@dataclass(frozen=True, slots=True)
class Axis:
    """The upright axis and its lines."""

    ticks: list[Tick]
    top: float

    def height_of(self, count: float) -> float:
        """How far down from the top a count stands, in pixels."""
        return PLOT_HEIGHT * (1 - count / self.top)


@dataclass(frozen=True, slots=True)
class LineChart:
    """«Approved associations over time» (R022)."""

    series: list[Series]
    axis: Axis
    dates: list[Tick]
    rows: list[tuple[str, list[int]]]
    total: int


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """The columns of one solution area."""

    label: Text
    middle: str
    columns: list[Mark]
    counts: list[int]
    total: int


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """«Association status for claims created in selected time period» (R023)."""

    groups: list[ColumnGroup]
    axis: Axis
    legend: list[tuple[str, Text]]
    total: int

    @property
    def rows(self) -> list[tuple[Text, list[int]]]:
        """The table beside the chart: each status with the number of claims in each solution area."""
        return [(label, [group.counts[at] for group in self.groups]) for at, (_, label) in enumerate(self.legend)]


def axis_for(highest: int) -> Axis:
    """An axis from 0 to at least ``highest``, in steps of 0.25 when that is 1 (R022)."""
    highest = max(highest, 1)
    step = 0.25 if highest == 1 else 0.5 if highest == 2 else _round_step(highest / _MOST_TICKS)
    number = math.ceil(highest / step)
    axis = Axis([], step * number)
    axis.ticks.extend(Tick(f"{step * index:g}", pixels(axis.height_of(step * index))) for index in range(number + 1))
    return axis


def _round_step(least: float) -> int:
    power = 10 ** max(math.ceil(math.log10(least)) - 1, 0)
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def approvals_chart(numbers: Numbers) -> LineChart:
    """Lines of both solution areas over the weeks or months of the range (R022, Q30)."""
    labels = [_bucket_label(bucket, weekly=numbers.time_range.weekly) for bucket in numbers.buckets]
    axis = axis_for(max(max(counts) for counts in numbers.approvals.values()))
    areas = (SolutionArea.MICROSOFT_365, SolutionArea.BUSINESS_APPLICATIONS)
    series = [_series(area, numbers.approvals[area], labels, axis) for area in areas]
    every = math.ceil(len(labels) / _MOST_DATES[numbers.time_range.weekly])
    dates = [
        Tick(label, percent((index + 0.5) / len(labels)))
        for index, label in enumerate(labels)
        if (len(labels) - 1 - index) % every == 0
    ]
    rows = [(label, [numbers.approvals[area][index] for area in areas]) for index, label in enumerate(labels)]
    return LineChart(series, axis, dates, rows, sum(each.total for each in series))


def _series(area: SolutionArea, counts: Sequence[int], labels: Sequence[str], axis: Axis) -> Series:
    points = [
        Mark(labels[index], count, area.value, percent((index + 0.5) / len(counts)), pixels(axis.height_of(count)))
        for index, count in enumerate(counts)
    ]
    segments = [Segment(a.x, a.y, b.x, b.y) for a, b in pairwise(points)]
    return Series(area.label, area.value, sum(counts), points, segments)


def _bucket_label(bucket: date, *, weekly: bool) -> str:
    """A week as «27. Jan», a month as «Jan 2020»."""
    return date_format(bucket, gettext("j. M") if weekly else "M Y")


def status_chart(numbers: Numbers) -> ColumnChart:
    """Columns per status for both solution areas, with a legend of those that occur and the first seven (R023, Q31)."""
    counted = {status for counts in numbers.statuses.values() for status in counts}
    shown = [status for status in LEGEND if status in _ALWAYS_SHOWN or status in counted]
    areas = (SolutionArea.BUSINESS_APPLICATIONS, SolutionArea.MICROSOFT_365)
    axis = axis_for(max([*(max(counts.values(), default=0) for counts in numbers.statuses.values()), 0]))
    slots = len(areas) * (len(shown) + 1)  # one empty slot between the groups
    groups = []
    for place, area in enumerate(areas):
        first = place * (len(shown) + 1) + 0.5
        counts = [numbers.statuses[area][status] for status in shown]
        columns = [
            Mark(
                LEGEND[status], count, status.value, percent((first + index) / slots), pixels(axis.height_of(count)),
                pixels(PLOT_HEIGHT - axis.height_of(count)),
            )
            for index, (status, count) in enumerate(zip(shown, counts, strict=True))
            if count
        ]  # fmt: skip
        middle = percent((first + len(shown) / 2) / slots)
        groups.append(ColumnGroup(area.label, middle, columns, counts, sum(counts)))
    legend = [(status.value, LEGEND[status]) for status in shown]
    return ColumnChart(groups, axis, legend, sum(group.total for group in groups))


def bars(counts: Iterable[tuple[str, int]]) -> list[Mark]:
    """Lying bars in this order, one for each label with its count behind it (R024, R025)."""
    counted = list(counts)
    most = max((count for _, count in counted), default=1)
    return [Mark(label, count, "", percent(LONGEST_BAR / 100 * count / most), "") for label, count in counted]


def column_width(chart: ColumnChart) -> str:
    """How wide each column is drawn, in per cent."""
    return percent(0.7 / (len(chart.groups) * (len(chart.legend) + 1)))


def percent(share: float) -> str:
    """A place across a drawing, from 0 to 1."""
    return f"{share * 100:.3f}%"


def pixels(number: float) -> str:
    """A place from the top of a drawing."""
    return f"{number:.2f}"
