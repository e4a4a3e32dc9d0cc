"""Template tags of the customers' pages: the languages, and the one that a form was read in."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from customers.center.codes import masked
from customers.center.record import utc
from customers.enums import Language
from customers.speaking import FIELD
from kit.templatetags.portal import page_language

register = template.Library()


@register.inclusion_tag("customers/languages.html", takes_context=True)
def languages(context: template.Context) -> dict[str, Any]:
    """Links to the same page in the other languages; they need neither scripts nor cookies."""
    request = context.get("request")
    choices = []
    for language in Language:
        query = request.GET.copy() if request else None
        if query is not None:
            query[FIELD] = language.value
        address = f"?{query.urlencode()}" if query is not None else f"?{FIELD}={language.value}"
        choices.append({"code": language.value, "name": language.label, "address": address})
    return {"choices": choices, "current": page_language()}


register.filter("utc", utc)
register.filter("masked", masked)


@register.simple_tag
def spoken_language() -> SafeString:
    """A hidden field: the form is answered, and its request kept, in the language of the page it stands on."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, page_language())
