"""The queue: what needs a reviewer next."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.models import User
from kit.counting import MOST_COUNTED, count_each_up_to
from review.access import DECIDE, LEAD, barred_organizations, reads, submitted_claims
from review.pages import render_desk
from review.queue.bulk import RELEASE, START, TAKE
from review.queue.filters import QueueFilter
from review.queue.pages import queue_page
from review.queue.saved import saved_queues_of
from review.queue.search import claim_id_in
from review.queue.tabs import ALL, TABS, TO_DECIDE, Tab, claims_in, tab_named

TEMPLATE = "review/queue.html"


@reads
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """One list of the queue, narrowed by filters and search (R161, R162). A claim id alone leads to its claim."""
    number = claim_id_in(request.GET.get("q", ""))
    barred = barred_organizations(request.user)  # type: ignore[arg-type]
    if number is not None and submitted_claims().filter(pk=number).exclude(organization__in=barred).exists():
        return redirect("admin:review-claim", number)
    return show_queue(request, request.GET)


def show_queue(request: HttpRequest, given: QueryDict, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Answer with the queue that an address asks for; ``extra`` carries a form that came back with a sentence."""
    user: User = request.user  # type: ignore[assignment]
    now, tab = timezone.now(), tab_of(given)
    chosen = filter_of(given, tab, user=user, now=now)
    page = queue_page(chosen.qs, by=tab.sequence, now=now, after=given.get("after", ""), before=given.get("before", ""))
    query = chosen.query()
    context = {
        "title": gettext("Claims"),
        "tab": tab,
        "tabs": _tabs(tab, chosen, user=user, now=now),
        "filter": chosen,
        "chips": [{**chip, "rest": _address(tab, chip["rest"])} for chip in chosen.chips()],
        "outside": chosen.statuses_outside(tab.statuses),
        "in_all": _address(ALL, query.urlencode()),
        "page": page,
        "rows": page.rows,
        "query": query.urlencode(),
        "address": _address(tab, query.urlencode()),
        "bare": _address(tab, ""),
        "saved": list(saved_queues_of(user)),
        "decides": user.has_perm(DECIDE),
        "acts": [TAKE, RELEASE, START],
        "deciders": chosen.people if user.has_perm(LEAD) else [],
        "searched": given.get("q", "").strip(),
    }
    # The sentences about a wrong filter stand beside the fields, which are not part of the list.
    part = "whole" if chosen.form.errors else "queue"
    response = render_desk(request, TEMPLATE, context | extra, fragment=part, status=status)
    if request.htmx:  # type: ignore[attr-defined]
        response.headers["HX-Push-Url"] = queue_address(str(context["address"]))
        response.headers["HX-Retarget"] = "#queue-whole" if part == "whole" else "#queue"
    return response


def tab_of(given: QueryDict) -> Tab:
    """The list that an address asks for; a search without one looks through all claims."""
    return tab_named(given.get("tab", ""), otherwise=ALL if given.get("q", "").strip() else TO_DECIDE)


def filter_of(given: QueryDict, tab: Tab, *, user: User, now: datetime) -> QueueFilter:
    """The filters of an address over the claims of a list."""
    return QueueFilter(given, claims=claims_in(tab, user=user, now=now), user=user, now=now)


def queue_address(query: str) -> str:
    """The queue with this query; anything that it does not know is left out when it is read."""
    return f"{reverse('admin:review-queue')}?{query}".rstrip("?")


def _address(tab: Tab, query: str) -> str:
    parts = [f"tab={tab.slug}", query]
    return "&".join(part for part in parts if part)


def _tabs(shown: Tab, chosen: QueueFilter, *, user: User, now: datetime) -> list[dict[str, Any]]:
    """Every list with its number, and the number that the filters leave of the one that is shown. One query."""
    parts: dict[str, QuerySet[Any]] = {tab.slug: claims_in(tab, user=user, now=now) for tab in TABS}
    parts |= {key: names.rows for key, names in chosen.names().items()}
    query = chosen.query().urlencode()
    if query:
        parts["shown"] = chosen.qs
    counts = count_each_up_to(parts)
    chosen.tell_of_names(counts)
    chosen.number = number_in_words(counts.get("shown", counts[shown.slug]))
    return [{"tab": tab, "query": _address(tab, query), "number": number_in_words(counts[tab.slug])} for tab in TABS]


def number_in_words(number: int) -> str:
    """A count that stopped at its bound says so."""
    return f"{number:,}" if number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"
