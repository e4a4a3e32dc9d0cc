"""Papers to save: the claim guide, and the proof of execution template with and without a claim."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from claims.papers.guide import claim_guide
from claims.papers.poe import poe_template
from claims.papers.poe_docx import poe_template_docx
from claims.views.claim import own_claim
from kit.access import signed_in
from partners.access import PartnerRequest, partner_required

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@signed_in
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The claim guide as a PDF (R020 «Download claim guide»)."""
    return _saved(claim_guide(), kind=PDF, name="CPOR claim guide.pdf")  # unread


@partner_required
@require_safe
def template(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """The proof of execution template as a PDF, prefilled from the claim (R117, R141)."""
    claim = own_claim(request, claim_id)
    return _saved(poe_template(claim), kind=PDF, name=f"POE template {claim.pk}.pdf")  # unread


@partner_required
@require_safe
def template_docx(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """The same for Word."""
    claim = own_claim(request, claim_id)
    return _saved(poe_template_docx(claim), kind=WORD, name=f"POE template {claim.pk}.docx")  # unread


@signed_in
@require_safe
def blank_template(request: HttpRequest) -> HttpResponse:
    """The proof of execution template without a claim, as a PDF."""
    return _saved(poe_template(None), kind=PDF, name="POE template.pdf")  # unread


@signed_in
@require_safe
def blank_template_docx(request: HttpRequest) -> HttpResponse:
    """The same for Word."""
    return _saved(poe_template_docx(None), kind=WORD, name="POE template.docx")  # unread


def _saved(content: bytes, *, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
