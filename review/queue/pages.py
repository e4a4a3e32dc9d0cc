"""One page of the queue, paged by key in both directions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Count, F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, ngettext

from claims.calendar import calendar_around, day_of
from claims.enums import QueueRank
from claims.models import Claim, ClaimLine
from review.queue.conditions import has_stale_subscription, in_open_case, uses_free_mail, was_denied_before
from review.queue.due import Due, due_of
from review.queue.tabs import Sequence

PAGE_SIZE = 25
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Tag:
    """A word beside a claim's name, with its tone."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One claim of the queue; ``claim`` carries ``product_count`` and ``conflict``."""

    claim: Claim
    due: Due | None
    tags: list[Tag]
    age: str

    @property
    def token(self) -> str:
        """What a box of the list sends: the claim, its version and its reviewer as they were shown."""
        return f"{self.claim.pk}.{self.claim.version}.{self.claim.reviewer_id or 0}"


@dataclass(frozen=True, slots=True)
class Page:
    """One page and the keys of its neighbours, empty where there is none. There is no total: it would cost."""

    rows: list[Row]
    next_key: str = ""
    previous_key: str = ""


def queue_page(
    claims: QuerySet[Claim], *, by: Sequence, now: datetime, after: str = "", before: str = "", size: int = PAGE_SIZE
) -> Page:
    """One page of ``claims`` in this order, beginning after, or ending before, the key of another page's row.

    A key that makes no sense begins at the first page. Two queries, however many rows: the claims, and the entries that
    staff keep in the calendar of the review clock.
    """
    key, backwards = _parse(after, by), False
    if key is None and (key := _parse(before, by)) is not None:
        backwards = True
    found = list(_facts_of(chunk_of(claims, by=by, key=key, backwards=backwards, size=size + 1), by, backwards))
    more, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    has_next, has_previous = (True, more) if backwards else (more, key is not None)
    if not shown:
        return Page([])
    return Page(
        rows_of(shown, now=now),
        next_key=key_text(shown[-1], by) if has_next else "",
        previous_key=key_text(shown[0], by) if has_previous else "",
    )


def chunk_of(
    claims: QuerySet[Claim], *, by: Sequence, key: list[Any] | None, size: int, backwards: bool = False
) -> QuerySet[Claim]:
    """The next ``size`` claims behind ``key`` in this order. The database finds the place by its index, not by counting."""
    if key is not None:
        claims = claims.filter(_Beyond(_row(by), _values(key), falls=by.falls != backwards))
    return claims.order_by(*by.named(backwards=backwards))[:size]


def key_of(claim: Claim, by: Sequence) -> list[Any]:
    """The place of a claim in this order."""
    return [getattr(claim, name) for name in by.fields]


def key_text(claim: Claim, by: Sequence) -> str:
    """The same as it stands in an address."""
    return "_".join(value.isoformat() if hasattr(value, "isoformat") else str(value) for value in key_of(claim, by))


def rows_of(claims: list[Claim], *, now: datetime) -> list[Row]:
    """The claims as the queue prints them, with the clock of each counted in one calendar. One query."""
    today = day_of(now)
    calendar = calendar_around(today, [day for claim in claims for day in (claim.queue_due_on, claim.review_due_on)])
    return [
        Row(claim, due_of(claim, today=today, calendar=calendar), _tags(claim), _age(claim, today)) for claim in claims
    ]


def _age(claim: Claim, today: date) -> str:
    if claim.submitted_at is None:
        return ""
    days = (today - day_of(claim.submitted_at)).days
    if days <= 0:
        return gettext("today")
    return ngettext("{count} day ago", "{count} days ago", days).format(count=days)


def _tags(claim: Any) -> list[Tag]:
    told = [
        (claim.is_in_review and claim.queue_rank == QueueRank.DISPUTE, Tag(gettext("Dispute"), "dispute")),
        (claim.is_in_review and claim.queue_rank == QueueRank.RESUBMISSION, Tag(gettext("Submitted again"), "info")),
        (claim.is_live and claim.conflict, Tag(gettext("Conflict"), "warning")),
        (claim.denied_before, Tag(gettext("Denied before"), "warning")),
        (claim.stale_subscription, Tag(gettext("Stale subscription"), "warning")),
        (uses_free_mail(claim), Tag(gettext("Free mail"))),
    ]
    return [tag for holds, tag in told if holds]


def _facts_of(chunk: QuerySet[Claim], by: Sequence, backwards: bool) -> QuerySet[Claim]:
    """The claims of one chunk with everything that a row prints; the facts are asked for these rows alone."""
    lines = ClaimLine.objects.filter(claim=OuterRef("pk"))
    counted = lines.values("claim").annotate(n=Count("pk")).values("n")
    claims = Claim.objects.filter(pk__in=chunk.values("pk")).select_related("organization", "reviewer", "tenant")
    return claims.annotate(
        product_count=Coalesce(Subquery(counted), Value(0)),
        conflict=in_open_case(),
        denied_before=was_denied_before(),
        stale_subscription=has_stale_subscription(),
    ).order_by(*by.named(backwards=backwards))


class _Tuple(Func):
    """Several columns or values compared as one, which an index over the columns answers."""

    template = "(%(expressions)s)"
    output_field = BooleanField()


class _Beyond(Func):
    """Condition: the first tuple lies behind the second; before it where the order falls."""

    template = "%(expressions)s"
    output_field = BooleanField()
    conditional = True

    def __init__(self, row: _Tuple, values: _Tuple, *, falls: bool = False) -> None:
        super().__init__(row, values, arg_joiner=" < " if falls else " > ")


def _row(by: Sequence) -> _Tuple:
    return _Tuple(*(F(name) for name in by.fields))


def _values(key: list[Any]) -> _Tuple:
    return _Tuple(*(Value(value) for value in key))


def _parse(key: str, by: Sequence) -> list[Any] | None:
    parts = key.split("_")
    if len(parts) != len(by.fields):
        return None
    try:
        return [_READ[name](part) for name, part in zip(by.fields, parts, strict=True)]
    except (ValueError, OverflowError):
        return None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise ValueError(text)
    return int(text)


_READ = {
    "queue_due_on": date.fromisoformat,
    "queue_rank": _number,
    "submitted_at": _moment,
    "action_due_at": _moment,
    "decided_at": _moment,
    "pk": _number,
}
