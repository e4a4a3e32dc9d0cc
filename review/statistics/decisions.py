"""What was decided in the range, why, and what disputes came of it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Func, JSONField, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext

from claims.enums import ClaimAction
from claims.models import ClaimEvent, ReasonCode
from review.statistics.span import Span, decisions_in, local_day

ORDER = (ClaimAction.APPROVE, ClaimAction.REQUEST_ACTION, ClaimAction.REJECT)
_ENDS = (ClaimAction.APPROVE, ClaimAction.LAPSE, ClaimAction.REJECT)


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions per bucket of the range, one list of numbers per action."""

    buckets: list[date]
    counts: dict[ClaimAction, list[int]]

    @property
    def totals(self) -> dict[ClaimAction, int]:
        """How often each was decided."""
        return {action: sum(numbers) for action, numbers in self.counts.items()}

    @property
    def number(self) -> int:
        """All decisions of the range."""
        return sum(self.totals.values())


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often a coded reason was given: asking the partner, rejecting, or leaving a product out of an approval.

    ``name`` is its title, with its code where another reason has the same.
    """

    code: str
    title: str
    name: str
    counts: dict[ClaimAction, int]

    @property
    def number(self) -> int:
        """All uses."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Disputes:
    """Rejections that partners disputed in the range, by what has come of them so far (Q49)."""

    changed: int
    kept: int
    undecided: int

    @property
    def number(self) -> int:
        """All disputes of the range."""
        return self.changed + self.kept + self.undecided


def decisions_over(span: Span) -> Decisions:
    """Decisions per day, week or month, by action. One query."""
    rows = decisions_in(span).annotate(day=local_day("at")).values_list("day", "action").annotate(number=Count("pk"))
    buckets = span.buckets
    place = {bucket: index for index, bucket in enumerate(buckets)}
    counts = {action: [0] * len(buckets) for action in ORDER}
    for day, action, number in rows:
        counts[ClaimAction(action)][place[span.bucket_of(day)]] += number
    return Decisions(buckets, counts)


def decisions_by_person(span: Span) -> dict[int, int]:
    """How many decisions each reviewer took in the range, for planning. One query."""
    rows = decisions_in(span).values_list("actor_id").annotate(number=Count("pk"))
    return {person: number for person, number in rows if person is not None}


class _Elements(Func):
    """One row for each element of a JSON list."""

    function = "jsonb_array_elements"
    output_field = JSONField()


def reasons_over(span: Span) -> list[ReasonCount]:
    """The coded reasons given in the range, most frequent first, under the titles they have today. Two queries.

    A reason that one decision gives for two products counts twice.
    """
    told: Any = decisions_in(span).filter(data__reasons__0__isnull=False)
    told = told.annotate(code=KeyTextTransform("code", _Elements(F("data__reasons"))))
    found: dict[str, dict[ClaimAction, int]] = defaultdict(lambda: dict.fromkeys(ORDER, 0))
    for code, action, number in told.values_list("code", "action").annotate(number=Count("pk")):
        found[code or ""][ClaimAction(action)] += number
    known = dict(ReasonCode.objects.values_list("code", "title"))
    titles = {code: known.get(code, code or gettext("No code")) for code in found}
    alike = Counter(titles.values())
    names = {code: f"{title} ({code})" if alike[title] > 1 else title for code, title in titles.items()}
    counted = [ReasonCount(code, titles[code], names[code], counts) for code, counts in found.items()]
    return sorted(counted, key=lambda reason: (-reason.number, reason.name))


def disputes_over(span: Span) -> Disputes:
    """Disputes filed in the range by the decision that ended them: approved after all, or rejected again. One query.

    A request for more does not end a dispute; the decision after it does, or its lapse.
    """
    filed = ClaimEvent.objects.filter(action=ClaimAction.DISPUTE, at__gte=span.since, at__lte=span.now).order_by()
    after = ClaimEvent.objects.filter(claim=OuterRef("claim"), action__in=_ENDS, pk__gt=OuterRef("pk"))
    ended = Subquery(after.order_by("at", "pk").values("action")[:1])
    rows = dict(filed.annotate(ended=ended).values_list("ended").annotate(number=Count("pk")))
    kept = rows.get(ClaimAction.REJECT, 0) + rows.get(ClaimAction.LAPSE, 0)
    return Disputes(changed=rows.get(ClaimAction.APPROVE, 0), kept=kept, undecided=rows.get(None, 0))
