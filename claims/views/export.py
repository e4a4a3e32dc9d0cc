"""«Export claims data»: the dialog, and the files."""

from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from claims.export import claims_csv, claims_xlsx, history_csv
from claims.models import ClaimEvent
from claims.views.dashboard import filter_of, sort_of
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required

FILES = {
    "xlsx": (_("Excel workbook"), _("Claims and their history on two sheets (.xlsx)")),
    "claims": (_("Claims as CSV"), _("One line for each claim (.csv)")),
    "history": (_("History as CSV"), _("One line for each action on these claims (.csv)")),
}


@partner_required
@require_safe
def dialog(request: PartnerRequest) -> HttpResponse:
    """Say what would be exported with the present filters, and in which forms."""
    claim_filter = filter_of(request)
    query = claim_filter.query(sort=sort_of(request))
    context = {
        "number": claim_filter.claims.order_by().count(),
        "chips": claim_filter.chips(),
        "parameters": [(name, value) for name, values in query.lists() for value in values],
        "query": query.urlencode(),
        "files": [(code, label, hint) for code, (label, hint) in FILES.items()],
    }
    return render_page(request, "claims/list/export.html", context, fragment="dialog")


@partner_required
@require_safe
def file(request: PartnerRequest) -> HttpResponseBase:
    """One of the files, streamed; an unknown kind is the workbook. ``X-Export-Rows`` says how many rows will come."""
    kind = request.GET.get("file", "")
    claims = filter_of(request).claims.order_by(*_order(request))
    name = f"customer-associations-{timezone.now():%Y-%m-%d}"
    if kind == "claims":
        rows = claims.order_by().count()
        return _csv(claims_csv(claims), name=f"{name}.csv", rows=rows)
    if kind == "history":
        rows = ClaimEvent.objects.filter(claim__in=claims.order_by().values("pk")).count()
        return _csv(history_csv(claims), name=f"{name}-history.csv", rows=rows)
    return FileResponse(claims_xlsx(claims), as_attachment=True, filename=f"{name}.xlsx")


def _order(request: PartnerRequest) -> list[Any]:
    sort = sort_of(request)
    by = sort.column.expression
    return [by.desc() if sort.descending else by.asc(), "-pk" if sort.descending else "pk"]


def _csv(pieces: object, *, name: str, rows: int) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Export-Rows": str(rows)}
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)  # type: ignore[arg-type]
