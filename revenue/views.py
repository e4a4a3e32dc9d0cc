"""PartnerSource Business Center, Partner Focus: the Sales summary, the rows behind it, and these as CSV."""

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kit.pages import render_page
from kit.spreadsheets import stream_csv
from partners.access import PartnerRequest, partner_required
from revenue.bars import draw_bars
from revenue.details import details_page, exported_rows
from revenue.enums import PerformanceArea
from revenue.forms import DetailFilter, Period, SalesFilter
from revenue.queries import (
    SalesView,
    currencies_of,
    data_as_of,
    has_revenue_association,
    lines_of,
    locations_of,
)
from revenue.summary import Roll, months_of, performance, roll_ending, total_of


@partner_required
@require_safe
def sales_summary(request: PartnerRequest) -> HttpResponse:
    """Revenue of the own revenue associations in the current and the prior 12-month roll (R191-R194, Q29)."""
    form, view = _chosen(request, SalesFilter)
    as_of = data_as_of()
    current = roll_ending(as_of or timezone.localdate())
    rows = performance(lines_of(view), rolls=[current, current.before])
    context = {
        "form": form,
        "view": view,
        "as_of": as_of,
        "rows": [(period, row) for period, row in zip(Period, rows, strict=True)],
        "with_seats": view.area == PerformanceArea.CRM,
        "has_association": has_revenue_association(view.organization),
        "query": _query(view),
    }
    return render_page(request, "revenue/sales_summary.html", context, fragment="sales")


@partner_required
@require_safe
def sales_details(request: PartnerRequest) -> HttpResponse:
    """The months of a roll, and its rows by month, customer, product and subscription, paged by key (R194, Q29)."""
    form, view = _chosen(request, DetailFilter)
    as_of, period, lines = data_as_of(), Period(form.chosen("period")), lines_of(view)
    roll = _roll(period, as_of)
    months = months_of(lines, roll=roll)
    context = {
        "form": form,
        "view": view,
        "as_of": as_of,
        "period": period,
        "roll": roll,
        "bars": draw_bars(months),
        "total": total_of(months),
        "page": details_page(lines, roll=roll, after=request.GET.get("after", "")),
        "query": _query(view),
        "query_of_period": _query(view, period=period.value),
    }
    return render_page(request, "revenue/sales_details.html", context, fragment="sales")


@partner_required
@require_safe
def sales_export(request: PartnerRequest) -> StreamingHttpResponse:
    """All rows of the chosen view and roll as CSV, streamed. A choice that the page does not offer is not found."""
    form, view = _chosen(request, DetailFilter)
    if not form.is_valid():
        raise Http404
    roll = _roll(Period(form.chosen("period")), data_as_of())
    rows = exported_rows(lines_of(view), roll=roll, currency=view.currency)
    name = f"sales-{view.area}-{view.currency}-{roll.first:%Y-%m}-to-{roll.last:%Y-%m}.csv"
    response = StreamingHttpResponse(stream_csv(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _chosen[Filter: SalesFilter](request: PartnerRequest, kind: type[Filter]) -> tuple[Filter, SalesView]:
    """The filter and the view that it chooses; another company's location, or none at all, is not found."""
    organization = request.membership.organization
    locations = list(locations_of(request.membership))
    form = kind(request.GET, locations=locations, currencies=currencies_of(organization))
    wanted = request.GET.get("location", "")
    location = next((each for each in locations if str(each.pk) == wanted), None)
    if wanted and location is None:
        raise Http404
    area, currency = PerformanceArea(form.chosen("area")), form.chosen("currency")
    return form, SalesView(organization, area, location, currency)


def _roll(period: Period, as_of: date | None) -> Roll:
    current = roll_ending(as_of or timezone.localdate())
    return current if period == Period.CURRENT else current.before


def _query(view: SalesView, **more: str) -> str:
    """The choices of the view as the query of a link."""
    chosen = {"area": view.area.value, "currency": view.currency, **more}
    return urlencode(chosen | {"location": str(view.location.pk)} if view.location else chosen)
