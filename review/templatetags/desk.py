"""The desk's own navigation."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_link(context: dict[str, Any], name: str, label: str, also: str = "") -> str:
    """A link of the desk's navigation, marked as current on its page and on the pages named in ``also``."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.url_name if match else ""
    current = "page" if here == name else "true" if here in also.split() else ""
    marked = format_html(' aria-current="{}"', current) if current else ""
    return format_html('<a href="{}"{}>{}</a>', reverse(f"admin:{name}"), marked, label)
