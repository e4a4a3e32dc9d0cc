"""The page «Operations»: for leads and auditors, who answer for the promise that nothing is lost."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from review.access import sees_figures
from review.operations_page import operations_page
from review.pages import render_desk


@sees_figures
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """How every sweep stands, what the portal's parts answer, and what sweeps did lately, paged by key."""
    facts = operations_page(now=timezone.now(), before=request.GET.get("before", ""))
    return render_desk(request, "review/operations.html", {"title": gettext("Operations"), **facts}, fragment="log")
