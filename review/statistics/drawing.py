"""Where the marks of the leads' charts stand; drawn by the same parts as the partners' charts."""

import math
from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext

from claims.charts import PLOT_HEIGHT, Axis, Mark, Tick, axis_for, bars, percent, pixels
from kit.texts import Text
from review.statistics.answers import Turns
from review.statistics.decisions import ORDER, Decisions, ReasonCount
from review.statistics.span import Span

_MOST_LABELS = 5  # so many dates have room side by side on a phone
_MOST_REASONS = 10
_FILLED = 0.76  # of its slot a column fills


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns, each of one or more blocks that stand on each other, and the numbers as a table."""

    blocks: list[Mark]
    axis: Axis
    labels: list[Tick]
    width: str
    heads: list[tuple[str, Text]]
    rows: list[tuple[str, list[int]]]

    @property
    def total(self) -> int:
        """Everything that is drawn."""
        return sum(sum(numbers) for _, numbers in self.rows)

    @property
    def totals(self) -> list[tuple[Text, int]]:
        """Each series by name with its sum."""
        return [(label, sum(numbers[at] for _, numbers in self.rows)) for at, (_, label) in enumerate(self.heads)]


def decisions_chart(decisions: Decisions, span: Span) -> Columns:
    """Decisions per day, week or month, stacked: approved, asked for action, rejected."""
    labels = [_label_of(bucket, span) for bucket in decisions.buckets]
    rows = [
        (label, [decisions.counts[action][at] for action in ORDER]) for at, label in enumerate(labels)
    ]  # fmt: skip
    return _columns([(action.value, action.label) for action in ORDER], rows, every=math.ceil(len(rows) / _MOST_LABELS))


def turns_chart(turns: Turns) -> Columns:
    """Turns by the business days they took; those beyond the limit in another color."""
    rows = [(label, [number if met else 0, 0 if met else number]) for label, number, met in turns.columns]
    return _columns(
        [("in_time", gettext("Within {limit} days").format(limit=turns.limit)), ("late", gettext("Later"))],
        rows,
        every=1,
    )


def reason_bars(reasons: list[ReasonCount]) -> list[Mark]:
    """The reasons given most often as lying bars; the table beside them has them all."""
    return bars((reason.name, reason.number) for reason in reasons[:_MOST_REASONS])


def age_bars(ages: dict[str, int]) -> list[Mark]:
    """Claims that wait by the business days of their age; nothing when none waits."""
    return (
        bars((gettext("{range} days").format(range=label), number) for label, number in ages.items())
        if any(ages.values())
        else []
    )


def _columns(heads: list[tuple[str, Text]], rows: list[tuple[str, list[int]]], *, every: int) -> Columns:
    axis = axis_for(max((sum(numbers) for _, numbers in rows), default=0))
    slot = 1 / max(len(rows), 1)
    blocks, labels = [], []
    for at, (label, numbers) in enumerate(rows):
        left, below = percent((at + (1 - _FILLED) / 2) * slot), 0
        for (code, _), number in zip(heads, numbers, strict=True):
            if not number:
                continue
            below += number
            top = axis.height_of(below)
            size = PLOT_HEIGHT * number / axis.top
            blocks.append(Mark(label, number, code, left, pixels(top), pixels(size)))
        if (len(rows) - 1 - at) % every == 0:
            labels.append(Tick(label, percent((at + 0.5) * slot)))
    return Columns(blocks, axis, labels, percent(_FILLED * slot), heads, rows)


def _label_of(bucket: date, span: Span) -> str:
    """A day or the Monday of a week as «27. Jan», a month as «Jan 2020»."""
    return format_date(bucket, "M Y" if span.unit == "month" else "j. M")
