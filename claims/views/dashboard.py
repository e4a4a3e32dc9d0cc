"""«Customer Associations»: the charts, the table of claims with its filters, and the saved views."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from claims.charts import approvals_chart, bars, column_width, status_chart
from claims.filters import ClaimFilter
from claims.listing import COLUMNS, MOST_COUNTED, Sort, claims_page, count_up_to
from claims.saved_views import views_of
from claims.statistics import TimeRange, numbers_for
from claims.wizard.drafts import resume_list
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required
from partners.models import Membership

TEMPLATE = "claims/dashboard.html"
# The parts of the page that HTMX may replace, by the id of what is replaced. «claims» is the table with its filters.
_PARTS = {"charts": "charts", "claims": "claims", "claims-table": "claims_table"}
BUILT_IN_VIEWS = ((_("All claims"), ""), (_("Needs my action"), "needs_action=1"), (_("Created by me"), "mine=1"))


@partner_required
@require_safe
def dashboard(request: PartnerRequest) -> HttpResponse:
    """The charts and the table of the own organisation's claims (R020-R031), the unfinished associations, saved views."""
    time_range = TimeRange.of(request.GET.get("range", ""))
    claim_filter = filter_of(request)
    part = _PARTS.get(request.htmx.target or "", "claims_table") if request.htmx else ""
    if part == "claims_table" and claim_filter.form.errors:
        part = "claims"  # the sentences stand beside the fields
    context: dict[str, Any] = {"time_range": time_range, "filter": claim_filter, "part": part}
    if part != "charts":
        context |= table_context(request, claim_filter, time_range)
    if part in {"", "charts"}:
        context |= _charts_context(request.membership, time_range)
    if not part:
        context |= {"unfinished": resume_list(request.membership, now=timezone.now())}
    response = render_page(request, TEMPLATE, context, fragment=part)
    if part:
        address = _address(claim_filter, sort_of(request), time_range, request.GET)
        response.headers["HX-Push-Url"] = address
        response.headers["HX-Retarget"] = f"#{part.replace('_', '-')}"
    return response


def filter_of(request: PartnerRequest) -> ClaimFilter:
    """The filters in the address, over the caller's own claims."""
    return ClaimFilter(request.GET, organization=request.membership.organization, user=request.membership.user)


def sort_of(request: PartnerRequest) -> Sort:
    """The order in the address."""
    return Sort.of(request.GET.get("sort", ""))


def table_context(request: PartnerRequest, claim_filter: ClaimFilter, time_range: TimeRange) -> dict[str, Any]:
    """What the table, its filters and the row of views print."""
    sort = sort_of(request)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    number = count_up_to(claim_filter.claims)
    query = claim_filter.query(sort=sort)
    return {
        "page": claims_page(claim_filter.claims, sort=sort, after=after, before=before),
        "number": min(number, MOST_COUNTED),
        "is_more": number > MOST_COUNTED,
        "is_beyond": bool(after or before),
        "heads": [_head(column.code, claim_filter, sort) for column in COLUMNS.values()],
        "sorts": [Sort(column, falls) for column in COLUMNS.values() for falls in (False, True)],
        "query": query.urlencode(),
        "range_query": "" if time_range == TimeRange.DAYS_30 else f"range={time_range.code}",
        "views": _views(request.membership, query),
    }


def _head(code: str, claim_filter: ClaimFilter, sort: Sort) -> dict[str, Any]:
    column = COLUMNS[code]
    direction = ("descending" if sort.descending else "ascending") if column == sort.column else ""
    turned = claim_filter.query()
    turned["sort"] = sort.turned(column).code
    return {"column": column, "direction": direction, "query": turned.urlencode()}


def _views(membership: Membership, query: QueryDict) -> list[dict[str, Any]]:
    """The built-in views and the person's own, with the one that is shown now."""
    now_shown = query.urlencode()
    views = [*BUILT_IN_VIEWS, *((view.name, view.query) for view in views_of(membership))]
    return [{"name": name, "query": wanted, "is_current": wanted == now_shown} for name, wanted in views]


def _charts_context(membership: Membership, time_range: TimeRange) -> dict[str, Any]:
    numbers = numbers_for(membership.organization, time_range=time_range, now=timezone.now())
    statuses = status_chart(numbers)
    return {
        "ranges": list(TimeRange),
        "numbers": numbers,
        "approvals": approvals_chart(numbers),
        "statuses": statuses,
        "column_width": column_width(statuses),
        "workloads": bars(numbers.workloads.items()),
        "activities": bars((str(activity.label).upper(), number) for activity, number in numbers.activities.items()),
    }


def _address(claim_filter: ClaimFilter, sort: Sort, time_range: TimeRange, given: QueryDict) -> str:
    """The page's address for what is shown now, without empty or wrong parts, so that it can be kept and sent on."""
    query = claim_filter.query(sort=sort)
    if time_range != TimeRange.DAYS_30:
        query["range"] = time_range.code
    for key in ("after", "before"):
        if value := given.get(key, ""):
            query[key] = str(value)
    return f"{reverse('associations')}?{query.urlencode()}".rstrip("?")
