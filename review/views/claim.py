"""One claim with everything a decision needs."""

from typing import Any

from django.contrib import messages as flash
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims.enums import ActorKind, ClaimAction, ClaimStatus, programs_for
from claims.flags import flags_on
from claims.history import tell_reviewer
from claims.models import Claim, Document
from claims.problems import missing_programs
from claims.queries import documents_of, events_of
from claims.submitting import add_comment
from claims.transitions import allowed_actions
from kit.downloads import attachment
from kit.errors import RuleViolation
from partners.programs import names_of_programs
from review.access import DECIDE, claim_for, decides, reads
from review.actors import reviewer_of
from review.facts import directory_facts, requests_of, rivals_on
from review.forms import CommentForm, DecisionForm
from review.pages import render_desk
from review.queries import is_overdue


def claim_or_404(request: HttpRequest, claim_id: int) -> Claim:
    """A submitted claim with what its page prints, or 404: drafts are the partner's own. 403 for who is barred from it."""
    related = ("location", "tenant", "created_by", "agreed_by", "reviewer")
    return claim_for(request.user, claim_id, *related)  # type: ignore[arg-type]


def show_claim(request: HttpRequest, claim_id: int, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Answer with the claim's page, read afresh.

    ``extra`` replaces forms that came back, and may carry a ``refusal``. A form that came back incomplete keeps
    the ``version`` it was posted with, since what changed meanwhile must still refuse it.
    """
    claim = claim_or_404(request, claim_id)
    facts = _facts(claim) | {"decides": request.user.has_perm(DECIDE)}  # type: ignore[union-attr]
    return render_desk(request, "review/claim.html", facts | extra, status=status)


def _facts(claim: Claim) -> dict[str, Any]:
    possible = allowed_actions(claim.status, ActorKind.REVIEWER)
    return {
        "title": str(claim),
        "claim": claim,
        "version": claim.version,
        "overdue": is_overdue(claim, today=timezone.localdate()),
        "programs": names_of_programs(programs_for(claim.solution_area, claim.activities)),
        "missing_programs": missing_programs(claim),
        "flags": flags_on(claim),
        "facts": directory_facts(claim),
        "rivals": rivals_on(claim),
        "documents": list(documents_of(claim)),
        "requests": requests_of(claim),
        "comments": list(claim.comments.select_related("author")),
        "history": tell_reviewer(events_of(claim)),
        "can_start": ClaimAction.START_REVIEW in possible,
        "can_decide": ClaimAction.APPROVE in possible,
        "can_comment": claim.status != ClaimStatus.DISCARDED,
        "decision_form": DecisionForm(),
        "comment_form": CommentForm(),
    }


@reads
@require_safe
def claim_page(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Details, directory, findings, documents, rivals, comments and history of one claim (R170, Q4, Q50)."""
    return show_claim(request, claim_id)


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
    flash.success(request, "Comment saved. The partner reads it as written by Microsoft.")
    return redirect("admin:review-claim", claim_id)


@reads
@require_safe
def document(request: HttpRequest, claim_id: int, document_id: int) -> FileResponse:
    """Hand out a document of the claim as an attachment, never shown by the browser itself (Q25)."""
    found = get_object_or_404(Document, claim=claim_or_404(request, claim_id), pk=document_id)
    return attachment(found.file.open("rb"), name=found.name, size=found.size)
