"""The table of claims: sorted on any column, paged by key (R026-R030, Q33, Q35)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy

from claims.enums import ClaimStatus
from claims.models import Claim, ClaimLine
from kit.texts import Text
from partners.models import PartnerOrganization

PAGE_SIZE = 25
MOST_COUNTED = 1000


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _small_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(text)
    return int(text)


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError
    return text


_STATUS_ORDER = Case(
    *(When(status=status, then=Value(place)) for place, status in enumerate(ClaimStatus)), output_field=IntegerField()
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: its head, what it is sorted by, and whether a first click shows the largest first."""

    code: str
    label: Text
    expression: Any
    read: Callable[[str], Any]
    largest_first: bool = False
    is_number: bool = False


# In the order of the process description (R026). The number of products is annotated as ``product_count``.
COLUMNS = {
    column.code: column
    for column in (
        Column("name", gettext_lazy("Claim"), Lower("name"), _text),
        Column("area", gettext_lazy("Solution area"), F("solution_area"), _text),
        Column("domain", gettext_lazy("Customer domain name"), Lower("customer_domain"), _text),
        Column(
            "products", gettext_lazy("Products"), F("product_count"), _small_number, largest_first=True, is_number=True
        ),
        Column("activity", gettext_lazy("Last activity"), F("last_activity_at"), _moment, largest_first=True),
        Column("created", gettext_lazy("Date created"), F("created_at"), _moment, largest_first=True),
        Column("status", gettext_lazy("Status"), _STATUS_ORDER, _small_number),
    )
}


@dataclass(frozen=True, slots=True)
class Sort:
    """A column and a direction."""

    column: Column
    descending: bool

    @property
    def code(self) -> str:
        """As it stands in an address: «name», or «-name» for the other way round."""
        return f"-{self.column.code}" if self.descending else self.column.code

    @classmethod
    def of(cls, code: str) -> "Sort":
        """The sort with this code; anything else is the newest activity first (Q33)."""
        column = COLUMNS.get(code.removeprefix("-"))
        return cls(column, code.startswith("-")) if column else cls(COLUMNS["activity"], True)

    def turned(self, column: Column) -> "Sort":
        """What a click on the head of ``column`` leads to: the other way round when it is sorted by that already."""
        return Sort(column, not self.descending if column == self.column else column.largest_first)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of claims and the keys of its neighbours, empty where there is none."""

    claims: Sequence[Claim]
    sort: Sort
    next_key: str = ""
    previous_key: str = ""

    @property
    def is_first(self) -> bool:
        """Whether nothing stands before this page."""
        return not self.previous_key


def claims_of(organization: PartnerOrganization) -> QuerySet[Claim]:
    """The claims that the organisation's people see in lists: all of its own but those that were discarded (Q35)."""
    lines = ClaimLine.objects.filter(claim=OuterRef("pk")).order_by().values("claim")
    number = Subquery(lines.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
    return organization.claims.exclude(status=ClaimStatus.DISCARDED).annotate(product_count=Coalesce(number, 0))


def claims_page(claims: QuerySet[Claim], *, sort: Sort, after: str = "", before: str = "") -> Page:
    """One page of ``claims`` in the order of ``sort``, beginning after, or ending before, the key of another page's row.

    A key that makes no sense begins at the first page. There is no total, which would cost more with every claim. One
    query. Rows that share a value follow their ids, so none is met twice.
    """
    claims = claims.annotate(sort_value=sort.column.expression)
    key, backwards = _parse(after, sort), False
    if key is None and (key := _parse(before, sort)) is not None:
        backwards = True
    falls = sort.descending != backwards
    if key is not None:
        value, pk = key
        side = "lt" if falls else "gt"
        beyond = Q(**{f"sort_value__{side}": value}) | Q(sort_value=value, **{f"pk__{side}": pk})
        claims = claims.filter(beyond, **{f"sort_value__{side}e": value})  # the second lets the index find the place
    order = ("-sort_value", "-pk") if falls else ("sort_value", "pk")
    found = list(claims.order_by(*order)[: PAGE_SIZE + 1])
    more, shown = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if backwards:
        shown.reverse()
    if not shown:
        return Page(shown, sort)
    has_next, has_previous = (True, more) if backwards else (more, key is not None)
    return Page(
        shown, sort, next_key=_key(shown[-1]) if has_next else "", previous_key=_key(shown[0]) if has_previous else ""
    )


def count_up_to(claims: QuerySet[Claim]) -> int:
    """How many claims there are; counting stops after 1,000."""
    return claims.order_by()[: MOST_COUNTED + 1].count()


def _key(claim: Claim) -> str:
    value = claim.sort_value  # type: ignore[attr-defined]
    return f"{value.isoformat() if isinstance(value, datetime) else value}_{claim.pk}"


def _parse(key: str, sort: Sort) -> tuple[Any, int] | None:
    value, _, pk = key.rpartition("_")
    try:
        return sort.column.read(value), _small_number(pk)
    except (ValueError, OverflowError):
        return None
