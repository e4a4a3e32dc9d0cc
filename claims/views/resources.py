"""Resources and support: help that everybody with an account may read. Nothing here belongs to an organization."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from claims.papers.guide import claim_guide
from kit.access import signed_in


@signed_in
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The claim guide as a PDF (R020 «Download claim guide»)."""
    response = HttpResponse(claim_guide(), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="CPOR claim guide.pdf"'
    return response
