"""All figures of the leads' page together."""

from dataclasses import dataclass
from datetime import datetime

from claims.calendar import calendar_between
from claims.statistics import TimeRange
from review.statistics.answers import Turns, answers_in, beginnings_in, turns_of
from review.statistics.comparisons import Cases, Looks, cases_over, looks_over
from review.statistics.decisions import (
    Decisions,
    Disputes,
    ReasonCount,
    decisions_over,
    disputes_over,
    reasons_over,
)
from review.statistics.people import People, people_over
from review.statistics.queue import Queue, open_groups, queue_now
from review.statistics.span import Span


@dataclass(frozen=True, slots=True)
class Figures:
    """What the leads' page and its file show."""

    span: Span
    queue: Queue
    begun: Turns
    answers: Turns
    decisions: Decisions
    reasons: list[ReasonCount]
    disputes: Disputes
    looks: Looks
    cases: Cases
    people: People


def figures_for(time_range: TimeRange, *, now: datetime) -> Figures:
    """Count everything over the range that ends now. Fourteen queries, however many claims there are."""
    span = Span(time_range, now)
    groups, begun, answers = open_groups(), beginnings_in(span), answers_in(span)
    starts = [started for started, _, _ in (*begun, *answers)]
    days = [span.today, *(group.due_on for group in groups if group.due_on), *starts]
    calendar = calendar_between(min(days), max(days))
    looks = looks_over(span)
    return Figures(
        span=span,
        queue=queue_now(groups, today=span.today, calendar=calendar),
        begun=turns_of(begun, calendar=calendar),
        answers=turns_of(answers, calendar=calendar),
        decisions=decisions_over(span),
        reasons=reasons_over(span),
        disputes=disputes_over(span),
        looks=looks,
        cases=cases_over(span),
        people=people_over(span, groups=groups, calendar=calendar, looks_waiting=looks.waiting),
    )
