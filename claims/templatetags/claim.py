"""Small words of the claim page."""

from collections.abc import Iterable

from django import template

from claims.checklist import Item
from customers.countries import country_name

register = template.Library()


@register.filter
def ticked(items: Iterable[Item]) -> int:
    """How many rules of the checklist stand ticked."""
    return sum(item.ticked for item in items)


@register.filter
def thousands(number: int) -> str:
    """A number with its thousands parted: 4,000."""
    return f"{number:,}"


@register.filter
def country(code: str) -> str:
    """The English name of a country by its two letters."""
    return country_name(code)
