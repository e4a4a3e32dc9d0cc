"""Filters for mail templates."""

from django import template

from notifications.rendering import one_line

register = template.Library()
register.filter(one_line)


@register.filter
def indented(text: str) -> str:
    """Every line of a text set in, so that it belongs to the entry of a list above it."""
    return "\n".join(f"   {line}".rstrip() for line in text.splitlines())
