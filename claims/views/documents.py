"""Proof of execution on the claim page: upload, note, remove, download; the checklist."""

from typing import Any

from django.contrib import messages as flash
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from claims.checklist import checklist_of, tick
from claims.documents import add_document, note_document, remove_document
from claims.forms import NoteForm, UploadForm
from claims.models import Claim, Document
from claims.views.claim import TEMPLATE, actor_of, own_claim, page_context
from kit.downloads import attachment
from kit.errors import RuleViolation
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required


@partner_required
@require_POST
def upload(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Attach files one by one; those that fit stay although another is refused, each refusal is said (Q25)."""
    claim = own_claim(request, claim_id)
    form = UploadForm(request.POST, request.FILES)
    stored = 0
    if form.is_valid():
        for each in form.cleaned_data["proof"]:
            try:
                add_document(claim, upload=each, actor=actor_of(request), now=timezone.now())
                stored += 1
            except RuleViolation as refusal:
                form.add_error("proof", refusal.message)
    if form.errors:
        return _documents(request, claim, status=_refused(claim), upload_form=form)
    flash.success(
        request,
        ngettext("Document uploaded.", "{count} documents uploaded.", stored).format(count=stored),
    )
    return _documents(request, claim)


@partner_required
@require_POST
def note(request: PartnerRequest, claim_id: int, document_id: int) -> HttpResponse:
    """Write the note of one document (R144)."""
    claim = own_claim(request, claim_id)
    document = _own_document(request, claim_id, document_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            note_document(document, note=form.cleaned_data["note"], actor=actor_of(request), now=timezone.now())
        except RuleViolation as refusal:
            form.add_error("note", refusal.message)
    if form.errors:
        typed = {
            "note_of": document.pk,
            "note_typed": request.POST.get("note", ""),
            "note_error": form.errors["note"][0],
        }
        return _documents(request, claim, status=_refused(claim), **typed)
    flash.success(request, gettext("Note saved."))
    return _documents(request, claim)


@partner_required
@require_POST
def remove(request: PartnerRequest, claim_id: int, document_id: int) -> HttpResponse:
    """Remove one document (R122, Q24)."""
    claim = own_claim(request, claim_id)
    document = _own_document(request, claim_id, document_id)
    try:
        remove_document(document, actor=actor_of(request), now=timezone.now())
    except RuleViolation as refusal:
        flash.error(request, refusal.message)
        return _documents(request, claim, status=409, focus_documents=True)
    flash.success(request, gettext("«{document}» was removed.").format(document=document.name))
    return _documents(request, claim, focus_documents=True)


@partner_required
@require_POST
def checklist(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Keep which rules of proof of execution the partner has ticked for itself (R142)."""
    claim, status = own_claim(request, claim_id), 200
    try:
        tick(claim, ticked=request.POST.getlist("rule"))
    except RuleViolation as refusal:
        flash.error(request, refusal.message)
        status = 409
    if request.htmx:
        context = {"claim": claim, "checklist": checklist_of(claim)}
        return render_page(request, "claims/claim_checklist.html", context, fragment="count", status=status)
    if status == 409:
        return render_page(request, TEMPLATE, page_context(claim), status=status)
    return redirect(f"{claim.get_absolute_url()}#checklist")


@partner_required
@require_safe
def download(request: PartnerRequest, claim_id: int, document_id: int) -> FileResponse:
    """Hand a document out as an attachment, never to be shown by the browser itself (Q25)."""
    document = _own_document(request, claim_id, document_id)
    return attachment(document.file.open("rb"), name=document.name, size=document.size)


def _documents(request: PartnerRequest, claim: Claim, *, status: int = 200, **extra: Any) -> HttpResponse:
    """After a change of the documents: they come back with status and actions, so that a comment being typed stays.

    Without HTMX the whole page does, by a redirect unless there is something to say about what was posted.
    """
    if not request.htmx and status == 200:
        return redirect(f"{claim.get_absolute_url()}#documents")
    context = page_context(own_claim(request, claim.pk), **extra)
    return render_page(request, TEMPLATE, context, fragment="after_documents", status=status)


def _refused(claim: Claim) -> int:
    """422 when what was posted is at fault, 409 when the claim takes no change at all now."""
    return 422 if claim.is_editable else 409


def _own_document(request: PartnerRequest, claim_id: int, document_id: int) -> Document:
    mine = Document.objects.filter(claim__organization=request.membership.organization, claim=claim_id)
    return get_object_or_404(mine.select_related("claim"), pk=document_id)
