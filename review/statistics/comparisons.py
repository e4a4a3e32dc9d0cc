"""How alike decisions are, and what became of cases of rivals."""

from dataclasses import dataclass

from django.db.models import Count, Q

from kit.texts import Text
from review.models import ArbitrationCase, SecondLook
from review.second_looks import Agreement
from review.statistics.decisions import ORDER
from review.statistics.span import Span

State, Outcome = ArbitrationCase.State, ArbitrationCase.Outcome


@dataclass(frozen=True, slots=True)
class Looks:
    """Second looks: those that wait now, and the agreement of those done in the range, altogether and per decision."""

    waiting: int
    agreement: Agreement
    per_decision: list[tuple[Text, Agreement]]


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of rivals: those that run now, and those that ended in the range (R170-R172)."""

    open: int
    proposed: int
    decided: int
    uncontested: int


def looks_over(span: Span) -> Looks:
    """Second looks by decision. One query. The range holds those that were looked at in it."""
    done = Q(looked_at__gte=span.since, looked_at__lte=span.now)
    rows = SecondLook.objects.order_by().values_list("decision__action").annotate(
        waiting=Count("pk", filter=Q(looked_at=None)),
        cases=Count("pk", filter=done),
        agreed=Count("pk", filter=done & Q(agrees=True)),
    )  # fmt: skip
    found = {action: (waiting, cases, agreed) for action, waiting, cases, agreed in rows}
    kinds = [(action.label, found.get(action, (0, 0, 0))) for action in ORDER]
    return Looks(
        waiting=sum(waiting for waiting, _, _ in found.values()),
        agreement=Agreement(sum(cases for _, cases, _ in found.values()), sum(agreed for *_, agreed in found.values())),
        per_decision=[(label, Agreement(cases, agreed)) for label, (_, cases, agreed) in kinds],
    )


def cases_over(span: Span) -> Cases:
    """Cases now and in the range. One query. A case that joined another one is not counted as ended."""
    ended = Q(state=State.CLOSED, closed_at__gte=span.since, closed_at__lte=span.now)
    numbers = ArbitrationCase.objects.aggregate(
        open=Count("pk", filter=Q(state=State.OPEN)),
        proposed=Count("pk", filter=Q(state=State.PROPOSED)),
        decided=Count("pk", filter=ended & Q(outcome=Outcome.DECIDED)),
        uncontested=Count("pk", filter=ended & Q(outcome=Outcome.UNCONTESTED)),
    )
    return Cases(**numbers)
