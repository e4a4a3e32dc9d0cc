"""The figures as a file for spreadsheets: one row per number."""

from collections.abc import Iterator

from claims.calendar import day_of
from review.second_looks import FEWEST, Agreement
from review.statistics.decisions import ORDER
from review.statistics.figures import Figures
from review.statistics.queue import Waiting

HEADS = ("Section", "Figure", "Of", "Value", "Unit")
Row = tuple[str, str, str, object, str]


def figure_rows(figures: Figures) -> Iterator[Row]:
    """Every number of the page: its section, what it is, of what, the number, its unit. Unknown numbers stay empty."""
    span = figures.span
    yield "Time range", "First day", "", span.first_day.isoformat(), "date"
    yield "Time range", "Last day", "", day_of(span.now).isoformat(), "date"
    yield from _queue(figures)
    yield from _answers(figures)
    for bucket, numbers in zip(
        figures.decisions.buckets, zip(*figures.decisions.counts.values(), strict=True), strict=True
    ):
        for action, number in zip(ORDER, numbers, strict=True):
            yield f"Decisions per {span.unit}", action.label, bucket.isoformat(), number, "decisions"
    for reason in figures.reasons:
        for action, number in reason.counts.items():
            yield "Reasons", action.label, f"{reason.title} ({reason.code})", number, "uses"
    yield from _quality(figures)
    for load in figures.workload:
        yield from _waiting("Workload", load.person.get_full_name(), load.open)
        yield "Workload", "Decisions in the range", load.person.get_full_name(), load.decided, "decisions"


def _queue(figures: Figures) -> Iterator[Row]:
    for label, waiting in figures.queue.rows:
        yield from _waiting("Queue now", label, waiting)
    yield from _waiting("Queue now", "All", figures.queue.total)
    for label, number in figures.queue.ages.items():
        yield "Queue now", "Age", f"{label} business days", number, "claims"
    yield "Queue now", "Without reviewer", "All", figures.queue.unassigned, "claims"
    yield "Queue now", "Overdue without reviewer", "All", figures.queue.unassigned_overdue, "claims"


def _waiting(section: str, of: str, waiting: Waiting) -> Iterator[Row]:
    yield section, "Open claims", of, waiting.number, "claims"
    yield section, "Overdue", of, waiting.overdue, "claims"
    yield section, "Due today", of, waiting.due_today, "claims"
    yield section, "Due this week", of, waiting.due_this_week, "claims"
    yield section, "Oldest", of, waiting.oldest, "business days"
    yield section, "Average age", of, _rounded(waiting.average), "business days"


def _answers(figures: Figures) -> Iterator[Row]:
    answers = figures.answers
    yield "Answers", "Given", "", answers.number, "answers"
    yield "Answers", f"Within {answers.limit} business days", "", answers.met, "answers"
    yield "Answers", "Share in time", "", _percent(answers.share_met), "percent"
    yield "Answers", "Median", "", answers.median, "business days"
    yield "Answers", "90th percentile", "", answers.p90, "business days"
    for days, number in sorted(answers.days.items()):
        yield "Answers", "Took", f"{days} business days", number, "answers"


def _quality(figures: Figures) -> Iterator[Row]:
    disputes, looks, cases = figures.disputes, figures.looks, figures.cases
    yield "Disputes", "Filed", "", disputes.number, "disputes"
    yield "Disputes", "Outcome changed", "", disputes.changed, "disputes"
    yield "Disputes", "Rejection kept", "", disputes.kept, "disputes"
    yield "Disputes", "Not decided yet", "", disputes.undecided, "disputes"
    yield "Second looks", "Waiting now", "", looks.waiting, "decisions"
    for label, agreement in [("All", looks.agreement), *looks.per_decision]:
        yield from _agreement(label, agreement)
    yield "Cases of rivals", "Open now", "", cases.open, "cases"
    yield "Cases of rivals", "Waiting for confirmation now", "", cases.proposed, "cases"
    yield "Cases of rivals", "Decided", "", cases.decided, "cases"
    yield "Cases of rivals", "No longer contested", "", cases.uncontested, "cases"


def _agreement(label: str, agreement: Agreement) -> Iterator[Row]:
    yield "Second looks", "Looked at", label, agreement.cases, "decisions"
    yield "Second looks", "Agreed", label, agreement.agreed, "decisions"
    too_few = f"too few (under {FEWEST})"
    rate = too_few if agreement.rate is None else _percent(agreement.rate)
    yield "Second looks", "Agreement", label, rate, "percent"


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)
