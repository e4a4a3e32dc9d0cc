"""Currencies: which are in use, how they are named and printed."""

from decimal import Decimal
from functools import cache

from babel.core import get_global
from babel.numbers import format_currency, get_currency_name, get_currency_precision

USUAL = "USD"
_LOCALE = "en_US"


@cache
def known_currencies() -> frozenset[str]:
    """Codes of all currencies that are legal tender somewhere today, by the Unicode tables."""
    used = get_global("territory_currencies").values()
    return frozenset(code for entries in used for code, _, end, tender in entries if end is None and tender)


def currency_name(code: str) -> str:
    """The name as PartnerSource prints it, in the plural with capitals: «US Dollars», «Euros» (R192)."""
    words = get_currency_name(code, count=2, locale=_LOCALE).split()
    return " ".join(word[:1].upper() + word[1:] for word in words)


def places_of(code: str) -> int:
    """How many decimal places amounts of the currency have: 2 for USD, 0 for JPY."""
    return get_currency_precision(code)


def print_money(amount: Decimal, code: str) -> str:
    """The amount with its sign: «$1,234.50», «-€12.00», «$0.00»."""
    return format_currency(amount, code, locale=_LOCALE)


def plain_amount(amount: Decimal, code: str) -> Decimal:
    """The amount with as many places as its currency has, for spreadsheets. Imported amounts lose nothing by it."""
    return amount.quantize(Decimal(1).scaleb(-places_of(code)))
