"""How fast Microsoft begins reviews and answers: business days from what started a clock to what stopped it (R162)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, Subquery

from claims.calendar import BusinessCalendar
from claims.enums import ClaimAction
from claims.models import Claim, ClaimEvent
from review.shares import percent_of
from review.statistics.span import Span, decisions_in, local_day

Turn = tuple[date, date, int]  # day of the start, day of the end, number of such turns
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Turns:
    """Turns of Microsoft by the business days they took; ``days`` maps a number of days to a number of turns."""

    days: Mapping[int, int]
    limit: int

    @property
    def number(self) -> int:
        """How many there were."""
        return sum(self.days.values())

    @property
    def met(self) -> int:
        """How many took no longer than the limit (five business days)."""
        return sum(number for days, number in self.days.items() if days <= self.limit)

    @property
    def percent_met(self) -> float | None:
        """So many of a hundred were in time, rounded down; None without any."""
        return percent_of(self.met, self.number)

    @property
    def median(self) -> int | None:
        """Half of them took no more than so many business days."""
        return self.within(0.5)

    @property
    def p90(self) -> int | None:
        """Nine of ten took no more than so many business days."""
        return self.within(0.9)

    def within(self, share: float) -> int | None:
        """The fewest business days that at least this share of them took; None without any."""
        reached = 0
        for days in sorted(self.days):
            reached += self.days[days]
            if reached >= share * self.number:
                return days
        return None

    @property
    def columns(self) -> list[tuple[str, int, bool]]:
        """For a chart: label, number, whether in time; one column per day up to ten, one for all above."""
        shown = max(MOST_SHOWN, self.limit)
        found = [(str(days), self.days.get(days, 0), days <= self.limit) for days in range(shown + 1)]
        more = sum(number for days, number in self.days.items() if days > shown)
        return [*found, (f"{shown + 1}+", more, False)]


def answers_in(span: Span) -> list[Turn]:
    """Turns from the start of a review to its answer. One query.

    A turn starts when a review starts, when the partner submits again, or when it disputes, and ends with the next
    decision on the claim (approve, reject, request action). It belongs to the range in which it was answered. A review that
    starts with its decision, as in a case of rivals, is counted from the submission, for the partner waited since then.
    What is not answered yet is no turn; the queue shows what is late.
    """
    waits = Q(action__in=[ClaimAction.SUBMIT, ClaimAction.RESUBMIT, ClaimAction.DISPUTE])
    starts = waits | Q(action=ClaimAction.START_REVIEW, at__lt=OuterRef("at"))
    before = ClaimEvent.objects.filter(starts, claim=OuterRef("claim"), pk__lt=OuterRef("pk"))
    began = Subquery(before.order_by("-at", "-pk").values("at")[:1])
    days = decisions_in(span).annotate(began=began, started_on=local_day("began"), ended_on=local_day("at"))
    rows = days.values_list("started_on", "ended_on").annotate(number=Count("pk"))
    # A condition on the start would make the database look for it twice.
    return [(started, ended, number) for started, ended, number in rows if started is not None]


def beginnings_in(span: Span) -> list[Turn]:
    """Turns from the submission to the start of its review, of reviews that started in the range. One query.

    A claim's first review starts once, and what was withdrawn before counts from its last submission.
    """
    begun = Claim.objects.filter(review_started_at__gte=span.since, review_started_at__lte=span.now).order_by()
    days = begun.annotate(started_on=local_day("submitted_at"), ended_on=local_day("review_started_at"))
    rows = days.filter(submitted_at__lte=F("review_started_at")).values_list("started_on", "ended_on")
    return list(rows.annotate(number=Count("pk")))


def turns_of(turns: list[Turn], *, calendar: BusinessCalendar) -> Turns:
    """The turns by business days: those after the day of the start, up to and with the day of the end (Q42).

    Counted with the calendar as it is today. What ended on the same day took 0; the limit is met up to the fifth
    business day. Claims of rivals count like all others, though they may take longer (R163).
    """
    days: Counter[int] = Counter()
    for started_on, ended_on, number in turns:
        days[max(0, calendar.between(started_on, ended_on))] += number
    return Turns(dict(days), int(settings.REVIEW_BUSINESS_DAYS))
