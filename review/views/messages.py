"""Every message that the portal sends, for the people at the desk: when, to whom, and what it looks like."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from customers.enums import Language
from notifications.registry import RegisteredMessage, Sample, find_message, registered_messages
from review.access import reads
from review.pages import render_desk

# A mail's own HTML in its frame: styles, and nothing that runs, asks the network, sends a form or leads away.
FRAME_CSP: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": True,
}


@reads
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """The list of all messages."""
    return render_desk(request, "review/messages.html", {"title": gettext("Messages"), "listed": registered_messages()})


@reads
@require_safe
def message(request: HttpRequest, code: str) -> HttpResponse:
    """One message in each situation and language in which it is told."""
    found, language = _found(request, code)
    samples = list(enumerate(found.make(language)))
    context: dict[str, Any] = {
        "title": found.title,
        "message": found,
        "samples": samples,
        "language": language,
        "languages": [(each, Language(each).label) for each in found.languages],
    }
    return render_desk(request, "review/message.html", context)


@reads
@require_safe
@csp_override(FRAME_CSP)
@xframe_options_sameorigin
def message_html(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The HTML of one sample as a page of its own, for the frame."""
    found, language = _found(request, code)
    samples: list[Sample] = list(found.make(language))
    if number >= len(samples) or not samples[number].html:
        raise Http404("There is no such sample.")
    return HttpResponse(samples[number].html, content_type="text/html; charset=utf-8")


def _found(request: HttpRequest, code: str) -> tuple[RegisteredMessage, str]:
    """The message and the language asked for; English, or the first, for one in which it is not written."""
    found = find_message(code)
    if found is None:
        raise Http404("There is no such message.")
    asked = request.GET.get("language", "")
    return found, asked if asked in found.languages else found.languages[0]
