"""The queue: what needs a reviewer next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from review.access import reads, submitted_claims
from review.pages import render_desk
from review.queries import TABS, Row, queue_page, tab_named

SHORT_LIST = 5
LONGEST_ID = 19  # digits of the database's largest number


@reads
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """One tab of the queue (R161, R162). A claim id typed into the search leads to its page."""
    searched = request.GET.get("q", "").strip()
    claim_id = int(searched) if searched.isdecimal() and len(searched) < LONGEST_ID else 0
    if claim_id and submitted_claims().filter(pk=claim_id).exists():
        return redirect("admin:review-claim", claim_id)
    tab = tab_named(request.GET.get("tab", ""))
    page = queue_page(tab, now=timezone.now(), after=request.GET.get("after", ""))
    context = {"title": "Claims", "tabs": TABS, "tab": tab, "searched": searched, "page": page, "rows": page.rows}
    return render_desk(request, "review/queue.html", context)


def most_urgent() -> list[Row]:
    """The first claims of the queue, for the desk's front page."""
    return queue_page(TABS[0], now=timezone.now(), size=SHORT_LIST).rows
