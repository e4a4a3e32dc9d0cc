"""What a reviewer writes on a claim: comments that its partner reads, notes that only Microsoft reads."""

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from claims.submitting import add_comment
from kit.errors import RuleViolation
from review.access import decides
from review.actors import reviewer_of
from review.forms import CommentForm, NoteForm
from review.notes import add_note
from review.views.claim import claim_or_404, show_claim


@decides
@require_POST
def comment(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Write into the thread that the partner reads; there the author is «Microsoft» (R123, Q50)."""
    claim = claim_or_404(request, claim_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return show_claim(request, claim_id, status=422, comment_form=form)
    try:
        add_comment(claim, text=form.cleaned_data["text"], actor=reviewer_of(request), now=timezone.now())
    except RuleViolation as refusal:
        return show_claim(request, claim_id, status=409, comment_form=form, refusal=refusal.message)
    flash.success(request, gettext("Comment saved. The partner reads it as written by Microsoft."))
    return redirect("admin:review-claim", claim_id)


@decides
@require_POST
def note(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Write a note that only Microsoft reads. It changes nothing that a colleague decides on."""
    claim = claim_or_404(request, claim_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show_claim(request, claim_id, status=422, note_form=form)
    add_note(claim, text=form.cleaned_data["note"], author=request.user, now=timezone.now())  # type: ignore[arg-type]
    flash.success(request, gettext("Note saved. Only Microsoft reads it."))
    return redirect("admin:review-claim", claim_id)
