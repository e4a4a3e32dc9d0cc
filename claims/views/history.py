"""History of a claim: all actions on it, in the partner's words."""

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from claims.history import tell_partner
from claims.history_filters import choices_for, part_named
from claims.queries import events_of
from claims.views.claim import own_claim
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required


@partner_required
@require_safe
def history_page(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """All actions on the claim or a part of them, newest first, in the partner's words (R124).

    HTMX gets the inside of the dialog, or the filter with its rows when these are what it replaces. The address is kept
    only where the history is the page itself.
    """
    claim = own_claim(request, claim_id)
    part = part_named(request.GET.get("show", ""))
    events = list(events_of(claim))
    around = urlsplit(request.htmx.current_url or "").path
    context = {
        "claim": claim,
        "part": part,
        "choices": choices_for(events, chosen=part),
        "history": tell_partner(filter(part.shows, events)),
        "is_page": not request.htmx or around == request.path,
    }
    fragment = "rows" if request.htmx.target == "history-rows" else "dialog"
    return render_page(request, "claims/history.html", context, fragment=fragment)
