"""The figures as a file for spreadsheets: one row per number."""

from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.calendar import day_of
from kit.texts import Text
from review.second_looks import FEWEST, Agreement
from review.shares import percent_of
from review.statistics.answers import Turns
from review.statistics.decisions import ORDER
from review.statistics.figures import Figures
from review.statistics.people import People
from review.statistics.queue import Waiting

HEADS = (_("Section"), _("Figure"), _("Of"), _("Value"), _("Unit"))
Row = tuple[Text, Text, Text, object, Text]


def figure_rows(figures: Figures) -> Iterator[Row]:
    """Every number of the page: its section, what it is, of what, the number, its unit. Unknown numbers stay empty."""
    span = figures.span
    yield gettext("Time range"), gettext("First day"), "", span.first_day.isoformat(), gettext("date")
    yield gettext("Time range"), gettext("Last day"), "", day_of(span.now).isoformat(), gettext("date")
    yield from _queue(figures)
    yield from _turns(figures.begun, section=gettext("Beginnings"), number=gettext("Begun"), unit=gettext("reviews"))
    yield from _turns(figures.answers, section=gettext("Answers"), number=gettext("Given"), unit=gettext("answers"))
    section = {"day": gettext("Decisions per day"), "week": gettext("Decisions per week")}.get(
        span.unit, gettext("Decisions per month")
    )
    for bucket, numbers in zip(
        figures.decisions.buckets, zip(*figures.decisions.counts.values(), strict=True), strict=True
    ):
        for action, number in zip(ORDER, numbers, strict=True):
            yield section, action.label, bucket.isoformat(), number, gettext("decisions")
    for reason in figures.reasons:
        for action, number in reason.counts.items():
            yield gettext("Reasons"), action.label, f"{reason.title} ({reason.code})", number, gettext("uses")
    yield from _quality(figures)
    yield from _people(figures.people)


def _queue(figures: Figures) -> Iterator[Row]:
    for label, waiting in figures.queue.rows:
        yield from _waiting(gettext("Queue now"), label, waiting)
    yield from _waiting(gettext("Queue now"), gettext("All"), figures.queue.total)
    for label, number in figures.queue.ages.items():
        yield (
            gettext("Queue now"),
            gettext("Age"),
            gettext("{label} business days").format(label=label),
            number,
            gettext("claims"),
        )
    yield gettext("Queue now"), gettext("Without reviewer"), gettext("All"), figures.queue.unassigned, gettext("claims")
    yield (
        gettext("Queue now"),
        gettext("Overdue without reviewer"),
        gettext("All"),
        figures.queue.unassigned_overdue,
        gettext("claims"),
    )


def _waiting(section: str, of: Text, waiting: Waiting) -> Iterator[Row]:
    yield section, gettext("Open claims"), of, waiting.number, gettext("claims")
    yield section, gettext("Overdue"), of, waiting.overdue, gettext("claims")
    yield section, gettext("Due today"), of, waiting.due_today, gettext("claims")
    yield section, gettext("Due this week"), of, waiting.due_this_week, gettext("claims")
    yield section, gettext("Oldest"), of, waiting.oldest, gettext("business days")
    yield section, gettext("Average age"), of, _rounded(waiting.average), gettext("business days")


def _turns(turns: Turns, *, section: Text, number: Text, unit: Text) -> Iterator[Row]:
    within = gettext("Within {limit} business days").format(limit=turns.limit)
    yield section, number, "", turns.number, unit
    yield section, within, "", turns.met, unit
    yield section, gettext("Share in time"), "", percent_of(turns.met, turns.number, digits=1), gettext("percent")
    yield section, gettext("Median"), "", turns.median, gettext("business days")
    yield section, gettext("90th percentile"), "", turns.p90, gettext("business days")
    for days, counted in sorted(turns.days.items()):
        yield section, gettext("Took"), gettext("{days} business days").format(days=days), counted, unit


def _people(people: People) -> Iterator[Row]:
    section, looks = gettext("Workload"), gettext("second looks")
    for load in people.workload:
        yield from _waiting(section, load.name, load.open)
        yield section, gettext("Open cases"), load.name, load.cases, gettext("cases")
        yield section, gettext("Decisions in the range"), load.name, load.decided, gettext("decisions")
        yield section, gettext("Second looks in the range"), load.name, load.looked, looks
    nobody = gettext("Nobody yet")
    yield from _waiting(section, nobody, people.nobody.open)
    yield section, gettext("Open cases"), nobody, people.nobody.cases, gettext("cases")
    yield section, gettext("Second looks that wait"), nobody, people.nobody.looks, looks


def _quality(figures: Figures) -> Iterator[Row]:
    disputes, looks, cases = figures.disputes, figures.looks, figures.cases
    yield gettext("Disputes"), gettext("Filed"), "", disputes.number, gettext("disputes")
    yield gettext("Disputes"), gettext("Outcome changed"), "", disputes.changed, gettext("disputes")
    yield gettext("Disputes"), gettext("Rejection kept"), "", disputes.kept, gettext("disputes")
    yield gettext("Disputes"), gettext("Not decided yet"), "", disputes.undecided, gettext("disputes")
    yield gettext("Second looks"), gettext("Waiting now"), "", looks.waiting, gettext("decisions")
    for label, agreement in [(gettext("All"), looks.agreement), *looks.per_decision]:
        yield from _agreement(label, agreement)
    yield gettext("Cases of rivals"), gettext("Open now"), "", cases.open, gettext("cases")
    yield gettext("Cases of rivals"), gettext("Waiting for confirmation now"), "", cases.proposed, gettext("cases")
    yield gettext("Cases of rivals"), gettext("Decided"), "", cases.decided, gettext("cases")
    yield gettext("Cases of rivals"), gettext("No longer contested"), "", cases.uncontested, gettext("cases")


def _agreement(label: Text, agreement: Agreement) -> Iterator[Row]:
    yield gettext("Second looks"), gettext("Looked at"), label, agreement.cases, gettext("decisions")
    yield gettext("Second looks"), gettext("Agreed"), label, agreement.agreed, gettext("decisions")
    too_few = gettext("too few (under {fewest})").format(fewest=FEWEST)
    rate = too_few if agreement.rate is None else percent_of(agreement.agreed, agreement.cases, digits=1)
    yield gettext("Second looks"), gettext("Agreement"), label, rate, gettext("percent")


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)
