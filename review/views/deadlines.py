"""The page «Deadlines»: for leads and auditors, who answer for clocks that run out when they should."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from review.access import sees_figures
from review.deadlines_page import deadlines_page
from review.pages import render_desk


@sees_figures
@require_safe
def deadlines(request: HttpRequest) -> HttpResponse:
    """Every upcoming deadline, soonest first, of all kinds or of one; and what the sweeps did."""
    asked = request.GET.get("kind", ""), request.GET.get("after", "")
    facts = deadlines_page(request.user, now=timezone.now(), kind=asked[0], after=asked[1])  # type: ignore[arg-type]
    return render_desk(request, "review/deadlines.html", {"title": gettext("Deadlines"), **facts}, fragment="list")
