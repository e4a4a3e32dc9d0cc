"""The calendar of deadlines: its secret address, and the feed that calendars read."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from claims.calendar_feed import (
    address_of,
    build_feed,
    deadlines_of,
    last_change,
    new_address,
    organization_of_feed,
)
from kit.access import public
from kit.pages import render_page
from notifications.feed_addresses import find_address, note_reading, revoke_address
from partners.access import PartnerRequest, partner_required

PAGE = "claims/calendar.html"


@partner_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_address(request: PartnerRequest) -> HttpResponse:
    """The person's own address of the feed: made, replaced, revoked. Its token is shown in the answer that made it."""
    now, membership, link = timezone.now(), request.membership, ""
    if request.method == "POST":
        match request.POST.get("go"):
            case "make":
                token = new_address(membership, now=now)
                link = settings.PORTAL_URL + reverse("calendar-feed", args=[token])
            case "revoke":
                revoke_address(membership.user, now=now)
                messages.success(
                    request, gettext("The calendar address is revoked. Calendars that use it get nothing any more.")
                )
                if not request.htmx:
                    return redirect("notification-settings")
            case _:
                raise BadRequest("A calendar address is made or revoked.")  # unread
    context = {
        "feed_address": address_of(membership),
        "feed_link": link,
        "webcal_link": f"webcal://{link.partition('://')[2]}" if link else "",
    }
    return render_page(request, PAGE, context, fragment="section")


@public
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The deadlines behind a secret address, for a calendar program that cannot sign in.

    404 for an address that is unknown or revoked, whose owner's account is closed, or who left the organisation or the
    incentive role. Answers 304 to a calendar that has seen this state already.
    """
    now = timezone.now()
    address = find_address(token)
    organization = organization_of_feed(address) if address else None
    if address is None or organization is None:
        raise Http404("No such calendar.")
    note_reading(address, now=now)
    content = build_feed(deadlines_of(organization, now=now), organization=organization)
    modified = last_change(organization, now=now)
    etag = quote_etag(hashlib.sha256(content).hexdigest())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response.headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    response.headers["Last-Modified"] = http_date(modified.timestamp())
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag, int(modified.timestamp()), response) or response
