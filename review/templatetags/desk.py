"""The desk's own navigation, and texts of reasons before they are about a claim."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html

from claims.findings import fill_in

register = template.Library()
_IN_GENERAL = {word: f"the {word}" for word in ("claim", "customer", "partner", "product", "document", "field")}


@register.simple_tag(takes_context=True)
def desk_link(context: dict[str, Any], name: str, label: str, also: str = "") -> str:
    """A link of the desk's navigation, marked as current on its page and on the pages named in ``also``."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.url_name if match else ""
    current = "page" if here == name else "true" if here in also.split() else ""
    marked = format_html(' aria-current="{}"', current) if current else ""
    return format_html('<a href="{}"{}>{}</a>', reverse(f"admin:{name}"), marked, label)


@register.filter
def in_general(text: str) -> str:
    """The text of a reason where nothing is chosen yet: its placeholders as plain words."""
    return fill_in(text, _IN_GENERAL)
