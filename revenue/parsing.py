"""What one line of the CSV says: its cells as values, or sentences about what is wrong with them."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext

from customers.guids import parse_guid
from revenue.currencies import known_currencies, places_of
from revenue.reading import Row

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#-]{0,59}")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,12}(?:\.(\d{1,3}))?", re.ASCII)
_SEATS = re.compile(r"-?\d{1,7}", re.ASCII)
_EARLIEST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line, read but not yet looked up: identifiers are as the file says them."""

    key: str
    month: date
    subscription_id: UUID | None
    tenant_id: UUID | None
    product: str
    license_revenue: Decimal
    enhancement_revenue: Decimal
    seats: int
    currency: str


class BadLine(Exception):
    """A line says something that cannot be; ``problems`` are sentences, one per cell."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def parse_row(row: Row, *, last_month: date) -> InvoiceLine:
    """The values of a line. Raises BadLine with every problem of it; nothing is guessed, nothing rounded.

    ``last_month`` is the month that the data reach to; a line of a later month is refused.
    """
    problems: list[str] = []

    def wrong(column: str, reason: str) -> None:
        problems.append(gettext("column {column}: {reason}").format(column=column, reason=reason))

    if not _KEY.fullmatch(row["invoice_line"]):
        reason = gettext("{cell} is no key: 1 to 60 letters, digits and . _ / # -.")
        wrong("invoice_line", reason.format(cell=_quoted(row["invoice_line"])))
    month = _month(row["month"])
    if month is None:
        reason = gettext("{cell} is not a month. Write it like 2026-10.")
        wrong("month", reason.format(cell=_quoted(row["month"])))
    elif month > last_month:
        reason = gettext("{month} is later than the data reach, {last:%Y-%m}.")
        wrong("month", reason.format(month=row["month"], last=last_month))
    currency = row["currency"].upper()
    if currency not in known_currencies():
        reason = gettext("{cell} is not a currency in use. Write its code, such as USD.")
        wrong("currency", reason.format(cell=_quoted(row["currency"])))
    amounts = {}
    for column in ("license_revenue", "enhancement_revenue"):
        amounts[column] = _amount(row[column] or "0", currency)
        if isinstance(amounts[column], str):
            wrong(column, str(amounts[column]))
    if not _SEATS.fullmatch(row["seats"] or "0"):
        reason = gettext("{cell} is not a whole number of at most seven digits.")
        wrong("seats", reason.format(cell=_quoted(row["seats"])))
    guids = {}
    for column in ("subscription_id", "tenant_id"):
        guids[column] = parse_guid(row[column])
        if row[column] and guids[column] is None:
            wrong(column, gettext("{cell} is not a GUID.").format(cell=_quoted(row[column])))
    if not row["subscription_id"] and not (row["tenant_id"] and row["product"]):
        problems.append(gettext("it names neither a subscription_id nor both tenant_id and product."))
    if problems or month is None:
        raise BadLine(problems)
    return InvoiceLine(
        key=row["invoice_line"],
        month=month,
        subscription_id=guids["subscription_id"],
        tenant_id=guids["tenant_id"],
        product=row["product"].upper(),
        license_revenue=Decimal(amounts["license_revenue"]),
        enhancement_revenue=Decimal(amounts["enhancement_revenue"]),
        seats=int(row["seats"] or "0"),
        currency=currency,
    )


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text)
    if found is None or int(found[1]) < _EARLIEST_YEAR:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1)).replace(day=1)
    except ValueError:
        return None


def _amount(text: str, currency: str) -> Decimal | str:
    """The exact amount, or a sentence."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return gettext("{cell} is not an amount. Write it like 1234.56 or -1234.56.").format(cell=_quoted(text))
    if currency in known_currencies() and len((found[1] or "").rstrip("0")) > places_of(currency):
        reason = gettext("{cell} has more decimal places than {currency} has.")
        return reason.format(cell=_quoted(text), currency=currency)
    return Decimal(text)


def _quoted(text: str) -> str:
    """The text between quotes, shortened where it is long; an empty cell is called so."""
    if not text:
        return gettext("the empty cell")
    return f"«{text}»" if len(text) <= 60 else f"«{text[:57]}…»"
