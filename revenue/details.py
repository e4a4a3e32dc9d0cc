"""The rows behind the summary: what each customer's product or subscription brought in each month (R194, Q29)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from customers.models import Product, Tenant
from revenue.currencies import plain_amount
from revenue.models import RevenueLine
from revenue.summary import Roll

PAGE_SIZE = 25
_LARGEST_ID = 2**63 - 1
_EXPORTED = (
    _("Month"), _("Customer"), _("Directory ID (Tenant ID)"), _("Product"), _("Subscription ID"), _("Seats"),
    _("License Revenue"), _("Enhancement and Software Assurance Revenue"), _("Total Revenue"), _("Currency"),
)  # fmt: skip
Key = tuple[date, int, int, int]


@dataclass(frozen=True, slots=True)
class Detail:
    """One month of one customer's product, or of one subscription of it."""

    key: Key
    customer: str
    tenant_id: UUID
    product: str
    subscription_id: UUID | None
    seats: int
    license: Decimal
    enhancement: Decimal

    @property
    def month(self) -> date:
        """The first day of the month."""
        return self.key[0]

    @property
    def total(self) -> Decimal:
        """License revenue and enhancement and software assurance revenue together."""
        return self.license + self.enhancement


@dataclass(frozen=True, slots=True)
class DetailPage:
    """One page of rows, and the key of the next one; empty when it is the last."""

    rows: list[Detail]
    next_key: str
    is_first: bool


def details_page(lines: QuerySet[RevenueLine], *, roll: Roll, after: str = "") -> DetailPage:
    """The rows of the roll, newest month first, then by customer and product, paged by key. One query.

    ``after`` is a key of an earlier page; a key that makes no sense begins at the first page.
    """
    key = _parse(after)
    rows = _grouped(lines, roll=roll)
    found = [_detail(row) for row in (rows.filter(_behind(key)) if key else rows)[: PAGE_SIZE + 1]]
    shown = found[:PAGE_SIZE]
    return DetailPage(shown, _text(shown[-1].key) if len(found) > PAGE_SIZE else "", key is None)


def exported_rows(lines: QuerySet[RevenueLine], *, roll: Roll, currency: str) -> Iterator[tuple[object, ...]]:
    """A heading and all rows of the roll for a spreadsheet, read piece by piece. Amounts are plain numbers."""
    yield tuple(str(heading) for heading in _EXPORTED)
    for row in map(_detail, _grouped(lines, roll=roll).iterator(chunk_size=2000)):
        amounts = [plain_amount(amount, currency) for amount in (row.license, row.enhancement, row.total)]
        subscription = str(row.subscription_id).upper() if row.subscription_id else ""
        names = (row.customer, str(row.tenant_id).upper(), row.product, subscription)
        yield (f"{row.month:%Y-%m}", *names, row.seats, *amounts, currency)


def _grouped(lines: QuerySet[RevenueLine], *, roll: Roll) -> QuerySet[RevenueLine, dict[str, Any]]:
    inside = lines.filter(month__range=(roll.first, roll.last))
    named = inside.annotate(
        held=Coalesce("subscription_id", Value(0)),
        shown_id=Coalesce("subscription__commerce_subscription_id", "subscription__subscription_id"),
        customer=F("tenant__display_name"),
        directory_id=F("tenant__tenant_id"),
        product_name=F("product__name"),
    )
    keys = ("month", "customer", "tenant_id", "product_name", "product_id", "held", "shown_id", "directory_id")
    sums = {"license": Sum("license_revenue"), "enhancement": Sum("enhancement_revenue"), "seats_billed": Sum("seats")}
    order = ("-month", "customer", "tenant_id", "product_name", "product_id", "held")
    return named.values(*keys).annotate(**sums).order_by(*order)


def _detail(row: dict[str, Any]) -> Detail:
    return Detail(
        key=(row["month"], row["tenant_id"], row["product_id"], row["held"]),
        customer=row["customer"],
        tenant_id=row["directory_id"],
        product=row["product_name"],
        subscription_id=row["shown_id"],
        seats=row["seats_billed"],
        license=row["license"],
        enhancement=row["enhancement"],
    )


def _behind(key: Key) -> Q:
    """What stands behind the key in the order of the rows; names are looked up by their ids."""
    month, tenant, product, held = key
    customer = Subquery(Tenant.objects.filter(pk=tenant).values("display_name")[:1])
    name = Subquery(Product.objects.filter(pk=product).values("name")[:1])
    steps = (
        ("customer", customer),
        ("tenant_id", tenant),
        ("product_name", name),
        ("product_id", product),
        ("held", held),
    )
    behind, same = Q(month__lt=month), Q(month=month)
    for column, value in steps:
        behind |= same & Q(**{f"{column}__gt": value})
        same &= Q(**{column: value})
    return behind


def _text(key: Key) -> str:
    return "_".join([f"{key[0]:%Y-%m}", *map(str, key[1:])])


def _parse(text: str) -> Key | None:
    parts = text.split("_")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts[1:]):
        return None
    tenant, product, held = (int(part) for part in parts[1:])
    try:
        return (
            (date.fromisoformat(f"{parts[0]}-01"), tenant, product, held)
            if max(tenant, product, held) <= _LARGEST_ID
            else None
        )
    except ValueError:
        return None
