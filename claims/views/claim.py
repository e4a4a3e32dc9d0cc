"""The claim page: what it prints, and the parts of it that come back alone."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from claims.actors import Actor
from claims.checklist import checklist_of
from claims.contacting import refusal_to_correct
from claims.diagram import stages_of
from claims.documents import MAX_DOCUMENTS, has_room, refusal_to_refresh
from claims.eligibility import rivals_of
from claims.enums import ActorKind, ClaimAction, ClaimStatus, programs_for
from claims.fix_list import FixForm, fix_list_of
from claims.fixing import MAX_ANSWER, open_request_of, sentence_about
from claims.flags import flags_on
from claims.forms import CommentForm, UploadForm
from claims.models import Claim
from claims.next_step import next_step_of
from claims.problems import problems_with
from claims.proof_files import max_megabytes
from claims.queries import claim_of, documents_of, event_behind, lines_of, was_disputed
from claims.results import (
    WITH_THE_REST,
    can_be_claimed_anew,
    is_in_part,
    left_out,
    reasons_besides,
    results_of,
    waits_with_the_rest,
)
from claims.submitting import MAX_COMMENT, add_comment, refusal_to_dispute
from claims.transitions import allowed_actions
from kit.errors import RuleViolation
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required
from partners.programs import names_of_programs

TEMPLATE = "claims/claim.html"
# Nobody has said anything that the page would have to repeat.
_UNANSWERED = frozenset({ClaimStatus.EDITING, ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.DISCARDED})


def own_claim(request: PartnerRequest, claim_id: int) -> Claim:
    """The claim of the caller's own organisation, or 404 (Q35)."""
    return get_object_or_404(claim_of(request.membership.organization, claim_id))


def actor_of(request: PartnerRequest) -> Actor:
    """The caller as the one who acts."""
    return Actor.partner(request.membership.user, request.membership.organization)


def page_context(claim: Claim, *, typed: Mapping[int, FixForm] | None = None, **extra: Any) -> dict[str, Any]:
    """Everything that the claim page prints. ``extra`` replaces forms that came back with errors, ``typed`` those of items."""
    now = timezone.now()
    rivals = (claim.is_live or claim.is_editable) and rivals_of(claim)
    asked = open_request_of(claim)
    problems = problems_with(claim, now=now, rivals=rivals, asked=asked)
    blockers = [problem for problem in problems if problem.blocks]
    lines, documents = list(lines_of(claim)), list(documents_of(claim))
    disputed = claim.status == ClaimStatus.REJECTED and was_disputed(claim)
    ready = claim.status == ClaimStatus.EDITING and not blockers
    behind = None if claim.status in _UNANSWERED else event_behind(claim)
    said = behind.data.get("message", "") if behind else ""
    results, parts = results_of(claim, lines), left_out(claim, lines, approval=behind)
    fixes = fix_list_of(asked, lines, typed=typed)
    return (
        {
            "claim": claim,
            "results": results,
            "has_results": any(result.label for result in results),
            "left_out": parts,
            "in_part": is_in_part(behind.data) if behind else False,
            "free_again": can_be_claimed_anew(behind.data) if behind else False,
            "fixes": fixes,
            "with_the_rest": WITH_THE_REST if waits_with_the_rest(claim, lines) else "",
            "fixes_left": sentence_about(fixes.left, handing_in=True) if fixes and fixes.left else "",
            "documents": documents,
            "comments": list(claim.comments.select_related("author")),
            "stages": stages_of(claim, ready=ready, note=said),
            "next": next_step_of(claim, now=now, ready=ready, rivals=rivals, disputed=disputed, asked=asked),
            "blockers": blockers,
            "warnings": [problem for problem in problems if not problem.blocks],
            "flags": flags_on(claim, rivals=rivals, lines=lines),
            "programs": names_of_programs(programs_for(claim.solution_area, claim.activities)),
            "behind": behind,
            "disputed": disputed,
            "said": said,
            "reasons": reasons_besides(behind.data, parts) if behind else [],
            "can": _possible(claim, disputed=disputed)
            | {"hand_in": bool(fixes) and claim.status == ClaimStatus.APPROVED},
            "checklist": checklist_of(claim),
            "may_upload": claim.is_editable and not claim.is_revenue,
            "has_room": has_room(claim, documents),
            "max_documents": MAX_DOCUMENTS,
            "max_answer": MAX_ANSWER,
            "max_comment": MAX_COMMENT,
            "upload_form": UploadForm(),
            "comment_form": CommentForm(),
        }
        | limits_of_files()
        | extra
    )


def limits_of_files() -> dict[str, Any]:
    """What upload forms say and check before they send."""
    return {"max_bytes": settings.MAX_DOCUMENT_BYTES, "max_megabytes": max_megabytes()}


@partner_required
@require_safe
def claim_page(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """The page of one claim (R110-R124)."""
    return render_page(request, TEMPLATE, page_context(own_claim(request, claim_id)), fragment="content")


@partner_required
@require_POST
def comment(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Save a comment without submitting (R121); it appears at its place in the thread (R123)."""
    claim = own_claim(request, claim_id)
    form = CommentForm(request.POST)
    fresh = None
    if form.is_valid():
        try:
            text = form.cleaned_data["comment"]
            fresh = add_comment(claim, text=text, actor=actor_of(request), now=timezone.now())
        except RuleViolation as refusal:
            form.add_error("comment", refusal.message)
    if fresh is None:
        context = page_context(claim, comment_form=form)
        status = 409 if claim.status == ClaimStatus.DISCARDED else 422
        return render_page(request, TEMPLATE, context, fragment="comments", status=status)
    if request.htmx:
        return render_page(request, TEMPLATE, page_context(claim, fresh=fresh), fragment="comments")
    flash.success(request, gettext("Comment saved."))
    return redirect(f"{claim.get_absolute_url()}#comment-{fresh.pk}")


def _possible(claim: Claim, *, disputed: bool) -> dict[str, bool]:
    """The actions that the page offers now."""
    allowed = allowed_actions(claim.status, ActorKind.PARTNER)
    return {
        "submit": ClaimAction.SUBMIT in allowed or ClaimAction.RESUBMIT in allowed,
        "withdraw": ClaimAction.WITHDRAW in allowed,
        "discard": ClaimAction.DISCARD in allowed,
        "disassociate": ClaimAction.DISASSOCIATE in allowed,
        "dispute": not refusal_to_dispute(claim, now=timezone.now(), disputed=disputed),
        "refresh": not refusal_to_refresh(claim),
        "correct": not refusal_to_correct(claim),
        "comment": claim.status != ClaimStatus.DISCARDED,
        "renew": claim.status in {ClaimStatus.REJECTED, ClaimStatus.CONSENT_DENIED, ClaimStatus.ENDED},
    }
