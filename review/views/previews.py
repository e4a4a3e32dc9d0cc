"""Previews of a claim's documents: a page of one, alone or as a part of another page, and its picture."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from claims.models import Document
from review.access import claim_for, reads
from review.pages import render_desk
from review.previews.keeping import preview_name
from review.previews.showing import preview_of


def document_or_404(request: HttpRequest, claim_id: int, document_id: int) -> Document:
    """A document of a submitted claim, or 404: below another claim or in a draft it is not found. 403 for the barred."""
    claim = claim_for(request.user, claim_id)  # type: ignore[arg-type]
    return get_object_or_404(claim.documents, pk=document_id)


@reads
@require_safe
def preview(request: HttpRequest, claim_id: int, document_id: int) -> HttpResponse:
    """Show one page of a document as a safe picture or as text, with the way to the next; for HTMX without its frame.

    ``?page=`` that makes no sense is the first page, one beyond the end the last. A document that cannot be shown
    says why and leads to the download.
    """
    document = document_or_404(request, claim_id, document_id)
    wanted = request.GET.get("page", "")
    page = int(wanted) if wanted.isdecimal() and len(wanted) < 9 else 1
    context = {
        "title": document.name,
        "claim": document.claim,
        "document": document,
        "preview": preview_of(document, page=page),
    }
    return render_desk(request, "review/preview_page.html", context, fragment="preview")


@reads
@require_safe
def preview_image(request: HttpRequest, claim_id: int, document_id: int, page: int) -> HttpResponse:
    """The picture of one page. The browser keeps it, but asks each time whether its reader may still see it.

    404 when this page has no picture; 503 while too many previews are being made.
    """
    document = document_or_404(request, claim_id, document_id)
    etag = f'"{preview_name(sha256=document.sha256, kind=document.kind, page=page)}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    found = preview_of(document, page=page)
    if found.picture is None or found.page != page:
        return HttpResponse(status=503 if found.may_work_later else 404, content_type="text/plain")
    response = HttpResponse(found.picture.data, content_type="image/webp")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
