"""Template tags of the design system: icons, form fields, moments, ids. docs/design.md shows them all."""

import re
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import DateFormat
from django.utils.dateformat import format as format_date
from django.utils.formats import get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# The ways the portal writes a moment in English; app.js repeats them in the reader's own time zone.
MOMENTS = {
    "date": "F j, Y",  # unread; April 1, 2020 (R030)
    "minutes": "F j, Y, g:i A",  # unread; April 1, 2020, 12:23 PM (R123)
    "seconds": r"F j, Y \a\t g:i:s A",  # unread; April 1, 2020 at 12:23:45 PM (R122)
    "until": "F j, Y, g:i A T",  # unread; April 8, 2020, 12:23 PM UTC: until then something can be done
}
# The same in other languages, by Django's formats of the language that is spoken, and our own where those stand badly in a
# sentence.
MOMENTS_ELSEWHERE = {
    "date": "DATE_FORMAT",
    "minutes": "DATETIME_FORMAT",
    "seconds": "DATETIME_FORMAT",
    "until": "DATETIME_FORMAT",
}
DATETIME_FORMATS = {"de": r"j. F Y \u\m H:i", "fr": "j F Y à H:i"}  # unread


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One of ``templates/components/icons``; screen readers skip it unless ``label`` says what it means."""
    drawing = _drawing(name)
    if label:
        return format_html('<svg class="icon" viewBox="0 0 20 20" role="img" aria-label="{}">{}</svg>', label, drawing)
    return format_html('<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{}</svg>', drawing)


@register.simple_tag
def when(value: date | datetime | None, style: str = "date") -> SafeString:
    """A moment as ``<time>``: in the server's zone, which app.js turns into the reader's; exact UTC as title.

    ``style`` is «date», «minutes», «seconds», or «until» for the end of a time in which something can be done: to the
    minute, and with the server's zone where no script runs. A bare date has no zone and stays. None gives nothing. In
    another language than English the formats are that language's own.
    """
    if value is None:
        return SafeString("")
    if not isinstance(value, datetime):
        day = written(value, "date")
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), day)
    exact = value.astimezone(UTC)
    return format_html(
        '<time datetime="{}" data-when="{}" title="{} UTC">{}</time>',
        exact.strftime("%Y-%m-%dT%H:%M:%SZ"),
        style,
        written(exact, "seconds"),
        written(timezone.localtime(value), style),
    )


def written(value: date | datetime, style: str = "date") -> str:
    """A moment as text in the language that is spoken, as ``when`` prints it, in the zone that ``value`` has."""
    language = page_language()
    if language == "en":
        return format_date(value, MOMENTS[style])
    name = MOMENTS_ELSEWHERE[style]
    pattern = DATETIME_FORMATS.get(language, get_format(name)) if name == "DATETIME_FORMAT" else get_format(name)
    return _ElsewhereFormat(value).format(f"{pattern} T" if style == "until" else pattern)


class _ElsewhereFormat(DateFormat):
    """What Django's catalogs and formats get wrong: the first of a month in French, the case of months in Portuguese."""

    def j(self) -> int | str:  # type: ignore[override]
        day = super().j()
        return "1er" if day == 1 and page_language() == "fr" else day

    def F(self) -> str:
        month = str(super().F())
        return month.lower() if page_language() == "pt" else month


@register.simple_tag
def page_language() -> str:
    """The language that is spoken, as the ``lang`` of a page: «en», «de»."""
    return (get_language() or "en").split("-")[0]


@register.filter
def breakable(value: str) -> SafeString:
    """A domain name or an address that may go on in the next line after a dot or an at sign, and nowhere else."""
    return format_html_join(
        "", "{}{}", ((part, mark_safe("<wbr>") if part in ".@" else "") for part in re.split(r"([.@])", value) if part)
    )


@register.filter
def guid(value: UUID | str | None) -> str:
    """An id in capitals, as tenants and subscriptions are printed: 72F988BF-86F1-41AF-91AB-2D7CD011DB47."""
    return "" if value is None else str(value).upper()


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "", *, optional: bool = True) -> dict[str, Any]:
    """A form field whole: label, hint, control and errors, tied together for screen readers.

    ``hint`` replaces the field's help text. ``optional=False`` leaves the word «optional» out.
    """
    if hint:
        bound.help_text = hint
    return {
        "field": bound,
        "kind": _kind(bound),
        "says_optional": optional and not bound.field.required and not bound.field.disabled,
    }


@register.filter
def error_target(bound: BoundField) -> str:
    """The id that a link to this field's error leads to; of a group of choices, the first one."""
    return bound.id_for_label or f"{bound.auto_id}_0"


@register.inclusion_tag("components/nav_item.html", takes_context=True)
def nav_item(context: template.Context, name: str, label: str, icon: str = "", also: str = "") -> dict[str, Any]:
    """A link of the sidebar to the page ``name``, marked as current there («page») and on pages below it («true»).

    ``also`` names further pages, apart by spaces, that count as below it.
    """
    request = context.get("request")
    path = request.path if request else ""
    address = reverse(name)
    below = [reverse(each) for each in also.split()] + ([address] if address != "/" else [])
    current = "page" if path == address else "true" if any(path.startswith(each) for each in below) else ""
    return {"address": address, "label": label, "icon_name": icon, "current": current}


@cache
def _drawing(name: str) -> SafeString:
    return SafeString(render_to_string(f"components/icons/{name}.html").strip())


def _kind(bound: BoundField) -> str:
    """How ``field.html`` lays the field out: hidden, choices, checkbox, or a control below its label."""
    if bound.is_hidden:
        return "hidden"
    if bound.use_fieldset:
        return "choices"
    return "checkbox" if bound.widget_type == "checkbox" else "control"
