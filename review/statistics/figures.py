"""All figures of the leads' page together."""

from dataclasses import dataclass
from datetime import datetime

from claims.calendar import calendar_between
from claims.statistics import TimeRange
from review.statistics.answers import Answers, answers_of, rounds_in
from review.statistics.comparisons import Cases, Looks, cases_over, looks_over
from review.statistics.decisions import (
    Decisions,
    Disputes,
    ReasonCount,
    decisions_by_person,
    decisions_over,
    disputes_over,
    reasons_over,
)
from review.statistics.people import Workload, workload_of
from review.statistics.queue import Queue, open_groups, queue_now
from review.statistics.span import Span


@dataclass(frozen=True, slots=True)
class Figures:
    """What the leads' page and its file show. ``workload`` is empty for whoever is no lead."""

    span: Span
    queue: Queue
    answers: Answers
    decisions: Decisions
    reasons: list[ReasonCount]
    disputes: Disputes
    looks: Looks
    cases: Cases
    workload: list[Workload]


def figures_for(time_range: TimeRange, *, now: datetime, with_people: bool) -> Figures:
    """Count everything over the range that ends now. Nine queries, eleven with the people, however many claims there are."""
    span = Span(time_range, now)
    groups, rounds = open_groups(), rounds_in(span)
    days = [span.today, *(group.due_on for group in groups if group.due_on), *(started for started, _, _ in rounds)]
    calendar = calendar_between(min(days), max(days))
    decided = decisions_by_person(span) if with_people else {}
    return Figures(
        span=span,
        queue=queue_now(groups, today=span.today, calendar=calendar),
        answers=answers_of(rounds, calendar=calendar),
        decisions=decisions_over(span),
        reasons=reasons_over(span),
        disputes=disputes_over(span),
        looks=looks_over(span),
        cases=cases_over(span),
        workload=workload_of(groups, decided=decided, today=span.today, calendar=calendar) if with_people else [],
    )
