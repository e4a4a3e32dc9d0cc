"""The bars beside the months: drawn by the server, as wide as the amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from revenue.summary import Month

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """A month with its bar on a scale from 0 to WIDTH; ``zero`` is where nothing stands, amounts below it go left."""

    month: Month
    x: Decimal
    width: Decimal
    zero: Decimal

    @property
    def is_credit(self) -> bool:
        """Whether the month gave back more than it brought."""
        return self.month.amounts.total < 0


def draw_bars(months: Sequence[Month]) -> list[Bar]:
    """One bar per month, all on one scale that begins at zero or at the largest credit."""
    totals = [month.amounts.total for month in months]
    low, high = min([Decimal(0), *totals]), max([Decimal(0), *totals])
    span = high - low or Decimal(1)

    def place(amount: Decimal) -> Decimal:
        return round((amount - low) * WIDTH / span, 2)

    zero = place(Decimal(0))
    return [
        Bar(month, min(zero, place(total)), abs(place(total) - zero), zero)
        for month, total in zip(months, totals, strict=True)
    ]
