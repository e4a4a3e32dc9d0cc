"""Pages for everybody: what an association is, what data is kept, and whether a message is genuine."""

from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from customers.center.codes import masked
from customers.forms import NumberForm
from customers.genuine import find_message
from customers.speaking import in_their_language
from customers.views.manners import quiet
from kit.access import public

CHECKS_PER_MINUTE = 20


@public
@require_safe
@in_their_language
def privacy_page(request: HttpRequest) -> HttpResponse:
    """What data is shared and kept, in plain words: the Privacy Statement of the consent mail."""
    return quiet(render(request, "customers/privacy.html", {"opt_out_days": settings.OPT_OUT_DAYS}))


@public
@require_safe
@in_their_language
def about_page(request: HttpRequest) -> HttpResponse:
    """What an association is, for customers who never heard of one; says how to tell a real message from a forged one."""
    context = {
        "opt_out_days": settings.OPT_OUT_DAYS,
        "portal_url": settings.PORTAL_URL,
        "sender": settings.DEFAULT_FROM_EMAIL,
        "with_survey": settings.CUSTOMER_SURVEY,
    }
    return render(request, "customers/about.html", context)


@public
@require_safe
@in_their_language
def verify_page(request: HttpRequest) -> HttpResponse:
    """Whether the portal sent the message with the reference number that is typed in (F8).

    The number may stand in the address: it opens nothing, and what is told of it the message itself says.
    """
    form = NumberForm(request.GET if "number" in request.GET else None)
    context = {"form": form, "host": urlsplit(settings.PORTAL_URL).netloc, "sender": settings.DEFAULT_FROM_EMAIL}
    if form.is_bound and _asks_too_often(request):
        return quiet(render(request, "customers/verify.html", {**context, "too_often": True}, status=429))
    if form.is_valid():
        message = find_message(form.cleaned_data["number"])
        context |= {"message": message, "answered": True, "sent_to": masked(message.sent_to) if message else ""}
    return quiet(render(request, "customers/verify.html", context, status=422 if form.errors else 200))


@public
@require_safe
@in_their_language
def handed_over_page(request: HttpRequest) -> HttpResponse:
    """After a request went to a colleague: nothing but that it did."""
    return quiet(render(request, "customers/handed_over.html"))


@public
@in_their_language
def form_too_old(request: HttpRequest) -> HttpResponse:
    """A form of the consent center that comes from elsewhere, or from a session that has ended: what to do, 403."""
    return quiet(render(request, "customers/form_too_old.html", status=403))


def _asks_too_often(request: HttpRequest) -> bool:
    """Count this question of a visitor's address in the present minute; without a cache nothing is counted."""
    key = f"verify:{get_adapter(request).get_client_ip(request)}:{timezone.now():%H%M}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key) > CHECKS_PER_MINUTE
