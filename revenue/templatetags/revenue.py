"""How the Sales summary prints amounts."""

from decimal import Decimal

from django import template

from revenue.currencies import currency_name, print_money

register = template.Library()
register.filter(currency_name)


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """The amount with the sign of its currency: {{ amount|money:"USD" }} prints $1,234.50."""
    return print_money(amount, currency)
