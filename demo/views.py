"""The demo's mailbox: what the portal sent, read without a mail program."""

from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from demo.mailbox import Letter, delete_all, find_letter, letters
from kit.access import public

LETTERS_PER_PAGE = 25
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
# The mail's own HTML: styles and embedded pictures, nothing that runs, asks the network or sends a form.
LETTER_CSP: dict[str, Collection[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["data:"],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": SANDBOX.split(),
}
OPEN_LINKS_OUTSIDE = '<!doctype html><base target="_top">'


@public
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the kept messages, newest first; `?to=` keeps those to matching addresses."""
    recipient = request.GET.get("to", "").strip()
    page = Paginator(letters(_directory(), recipient=recipient), LETTERS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"page": page, "recipient": recipient})


@public
@require_safe
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """Show one message: its headers, its HTML in a sandboxed frame, its text."""
    return render(request, "demo/mailbox_letter.html", {"letter": _letter_or_404(key), "sandbox": SANDBOX})


@public
@require_safe
@csp_override(LETTER_CSP)
@xframe_options_sameorigin
def letter_html(request: HttpRequest, key: str) -> HttpResponse:
    """The message's HTML as a page of its own, for the frame; its links open in the whole window."""
    return HttpResponse(OPEN_LINKS_OUTSIDE + _letter_or_404(key).html, content_type="text/html; charset=utf-8")


@public
@require_POST
def empty_mailbox(request: HttpRequest) -> HttpResponse:
    """Delete every kept message."""
    number = delete_all(_directory())
    messages.success(request, f"{number} message{'' if number == 1 else 's'} deleted.")
    return redirect("demo_mailbox")


def _directory() -> Path:
    return Path(settings.DATA_DIR) / "mailbox"


def _letter_or_404(key: str) -> Letter:
    found = find_letter(_directory(), key)
    if found is None:
        raise Http404("No such message.")
    return found
