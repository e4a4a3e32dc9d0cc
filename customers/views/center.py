"""The consent center: what partners hold for the tenant, and its record on paper (F7)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from customers.center.listing import page_of
from customers.center.record import record_of
from customers.center.visiting import Visitor, close_center
from customers.models import Tenant
from customers.views.manners import by_code
from kit.access import public
from kit.pdf import draw


@by_code
def center_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Every association that the visitor may see, those that stand first."""
    requests, everything = visitor.requests()
    page = page_of(requests, email=visitor.email, after=request.GET.get("after", ""), now=timezone.now())
    deniable = requests.filter(asks=True, denied_at=None, withdrawn_at=None).count()
    context = {**_frame(visitor, everything), "page": page, "deniable": deniable}
    return render(request, "customers/center.html", context)


@by_code
def record_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The whole record, to be printed."""
    return render(request, "customers/record.html", _record(visitor))


@by_code
def record_file(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The same as a PDF."""
    html = render(request, "customers/pdf/record.html", _record(visitor)).content.decode()
    name = content_disposition_header(True, f"partner-associations-{timezone.now():%Y-%m-%d}.pdf")
    return HttpResponse(
        draw(html), content_type="application/pdf", headers={"Content-Disposition": name or "attachment"}
    )


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """End the session of the center in this browser."""
    close_center(request.session)
    return redirect("consent_center")


close_page = public(close)


def _record(visitor: Visitor) -> dict[str, Any]:
    requests, everything = visitor.requests()
    entries = record_of(requests, email=visitor.email, everything=everything, now=timezone.now())
    return {**_frame(visitor, everything), "entries": entries, "written_at": timezone.now()}


def _frame(visitor: Visitor, everything: bool) -> dict[str, Any]:
    tenant = Tenant.objects.filter(tenant_id=visitor.consent.tenant_id).only("display_name").first()
    return {
        "visitor": visitor,
        "everything": everything,
        "organization": tenant.display_name if tenant else visitor.consent.domain,
        "opt_out_days": settings.OPT_OUT_DAYS,
    }
