"""How fast Microsoft answers: business days from the start of a review to its first answer (R162)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery

from claims.calendar import BusinessCalendar
from claims.enums import ClaimAction
from claims.models import ClaimEvent
from review.statistics.span import Span, decisions_in, local_day

# What starts a review clock: the first review, an answer of the partner to a request, a dispute.
STARTS = (ClaimAction.DISPUTE, ClaimAction.RESUBMIT, ClaimAction.START_REVIEW)
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers of the range by the business days they took; ``days`` maps a number of days to a number of answers."""

    days: Mapping[int, int]
    limit: int

    @property
    def number(self) -> int:
        """How many answers were given."""
        return sum(self.days.values())

    @property
    def met(self) -> int:
        """How many were given within the limit (five business days)."""
        return sum(number for days, number in self.days.items() if days <= self.limit)

    @property
    def share_met(self) -> float | None:
        """The share given in time, from 0 to 1; None without answers."""
        return self.met / self.number if self.number else None

    @property
    def median(self) -> int | None:
        """Half of the answers took no more than so many business days."""
        return self.within(0.5)

    @property
    def p90(self) -> int | None:
        """Nine of ten answers took no more than so many business days."""
        return self.within(0.9)

    def within(self, share: float) -> int | None:
        """The fewest business days within which at least this share of the answers was given; None without answers."""
        reached = 0
        for days in sorted(self.days):
            reached += self.days[days]
            if reached >= share * self.number:
                return days
        return None

    @property
    def columns(self) -> list[tuple[str, int, bool]]:
        """For a chart: label, number of answers, whether in time; one column per day up to ten, one for all above."""
        shown = max(MOST_SHOWN, self.limit)
        found = [(str(days), self.days.get(days, 0), days <= self.limit) for days in range(shown + 1)]
        more = sum(number for days, number in self.days.items() if days > shown)
        return [*found, (f"{shown + 1}+", more, False)]


def rounds_in(span: Span) -> list[tuple[date, date, int]]:
    """Day on which a clock started, day of the answer that ended it, number of such rounds. One query.

    A round is one turn of Microsoft: it starts when a review starts, when the partner submits again, or when it
    disputes, and ends with the next decision on the claim (approve, reject, request action). It belongs to the range in
    which it was answered. What is not answered yet is no round; the queue shows what is late.
    """
    before = ClaimEvent.objects.filter(claim=OuterRef("claim"), action__in=STARTS, pk__lt=OuterRef("pk"))
    began = Subquery(before.order_by("-at", "-pk").values("at")[:1])
    days = decisions_in(span).annotate(began=began, started_on=local_day("began"), answered_on=local_day("at"))
    rows = days.values_list("started_on", "answered_on").annotate(number=Count("pk"))
    # A condition on the start would make the database look for it twice.
    return [(started, answered, number) for started, answered, number in rows if started is not None]


def answers_of(rounds: list[tuple[date, date, int]], *, calendar: BusinessCalendar) -> Answers:
    """The rounds by business days: those after the day of the start, up to and with the day of the answer (Q42).

    Counted with the calendar as it is today. An answer on the same day took 0; the limit is met up to the fifth
    business day. Claims of rivals count like all others, though they may take longer (R163).
    """
    days: Counter[int] = Counter()
    for started_on, answered_on, number in rounds:
        days[max(0, calendar.between(started_on, answered_on))] += number
    return Answers(dict(days), int(settings.REVIEW_BUSINESS_DAYS))
