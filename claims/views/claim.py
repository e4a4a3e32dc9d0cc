"""The claim page: details, status, documents, comments, history."""

from typing import Any

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims.actors import Actor
from claims.diagram import stages_of
from claims.documents import MAX_DOCUMENTS
from claims.enums import ClaimAction, ClaimStatus, programs_for
from claims.flags import flags_on
from claims.forms import CommentForm, UploadForm
from claims.history import tell_partner
from claims.models import Claim
from claims.problems import is_ready_to_submit, problems_with
from claims.queries import claim_of, documents_of, events_of, last_answer, lines_of
from claims.submitting import add_comment, discard, submit, withdraw
from kit.errors import RuleViolation
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required

TEMPLATE = "claims/claim.html"


def own_claim(request: PartnerRequest, claim_id: int) -> Claim:
    """The claim of the caller's own organisation, or 404 (Q35)."""
    return get_object_or_404(claim_of(request.membership.organization, claim_id))


def actor_of(request: PartnerRequest) -> Actor:
    """The caller as the one who acts."""
    return Actor.partner(request.membership.user, request.membership.organization)


def page_context(claim: Claim, **extra: Any) -> dict[str, Any]:
    """Everything that the claim page prints. ``extra`` replaces forms that came back with errors."""
    now = timezone.now()
    problems = problems_with(claim, now=now)
    answer = last_answer(claim)
    reasons = [reason["text"] for reason in answer.get("reasons", [])]
    told = [*reasons, *([answer["message"]] if answer.get("message") else [])]
    shows_answer = claim.status in {ClaimStatus.ACTION_REQUIRED, ClaimStatus.REJECTED, ClaimStatus.CONSENT_DENIED}
    documents = list(documents_of(claim))
    return {
        "claim": claim,
        "lines": list(lines_of(claim)),
        "documents": documents,
        "comments": list(claim.comments.select_related("author")),
        "stages": stages_of(claim, ready=is_ready_to_submit(claim), note=" ".join(told)),
        "blockers": [problem for problem in problems if problem.blocks],
        "warnings": [problem for problem in problems if not problem.blocks],
        "flags": flags_on(claim),
        "programs": [program.label for program in programs_for(claim.solution_area, claim.activities)],
        "answer": answer if shows_answer else {},
        "told": told if shows_answer else [],
        "opt_out_running": claim.can_still_opt_out(now),
        "days_left": max((claim.action_due_at - now).days, 0) if claim.action_due_at else None,
        "may_upload": claim.is_editable and not claim.is_revenue,
        "has_room": sum(document.removed_at is None for document in documents) < MAX_DOCUMENTS,
        "upload_form": UploadForm(),
        "comment_form": CommentForm(),
        "can_withdraw": claim.status == ClaimStatus.SUBMITTED,
        "can_discard": claim.status == ClaimStatus.EDITING,
    } | extra


@partner_required
@require_safe
def claim_page(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """The page of one claim (R110-R124)."""
    return render_page(request, TEMPLATE, page_context(own_claim(request, claim_id)), fragment="content")


@partner_required
@require_safe
def history_page(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """All actions on the claim, newest first, in the partner's words (R124)."""
    claim = own_claim(request, claim_id)
    context = {"claim": claim, "history": tell_partner(events_of(claim))}
    return render_page(request, "claims/history.html", context, fragment="dialog")


@partner_required
@require_POST
def comment(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Save a comment without submitting (R121)."""
    claim = own_claim(request, claim_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return render_page(request, TEMPLATE, page_context(claim, comment_form=form), fragment="content", status=422)
    try:
        add_comment(claim, text=form.cleaned_data["comment"], actor=actor_of(request), now=timezone.now())
    except RuleViolation as refusal:
        form.add_error("comment", refusal.message)
        return render_page(request, TEMPLATE, page_context(claim, comment_form=form), fragment="content", status=422)
    flash.success(request, "Comment saved.")
    return redirect(claim)


@partner_required
def submit_dialog(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Ask before submitting (R150), then submit (R121, R151). The comment that stands in the page goes along."""
    claim = own_claim(request, claim_id)
    form = CommentForm(request.POST if request.method == "POST" else request.GET)
    typed = form.cleaned_data["comment"] if form.is_valid() else ""
    context: dict[str, Any] = {"claim": claim, "comment": typed, "blockers": [], "refusal": ""}
    if request.method == "POST" and request.POST.get("confirm"):
        try:
            submit(claim, actor=actor_of(request), now=timezone.now(), comment=typed)
        except RuleViolation as refusal:
            context |= {"refusal": refusal.message}
            return render_page(request, "claims/submit.html", context, fragment="dialog", status=409)
        flash.success(request, f"Claim {claim.pk} was submitted for review.")
        return _whole_page(request, claim)
    context |= {"blockers": [problem for problem in problems_with(claim, now=timezone.now()) if problem.blocks]}
    return render_page(request, "claims/submit.html", context, fragment="dialog")


@partner_required
@require_POST
def withdraw_claim(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Take a submission back while nobody has started the review (Q23)."""
    return _act(request, claim_id, ClaimAction.WITHDRAW, "The submission was withdrawn. You can edit the claim again.")


@partner_required
@require_POST
def discard_claim(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Give an unfinished claim up (Q48)."""
    return _act(request, claim_id, ClaimAction.DISCARD, "The claim was discarded.")


def _act(request: PartnerRequest, claim_id: int, action: ClaimAction, done: str) -> HttpResponse:
    claim = own_claim(request, claim_id)
    rule = {ClaimAction.WITHDRAW: withdraw, ClaimAction.DISCARD: discard}[action]
    try:
        rule(claim, actor=actor_of(request), now=timezone.now())
    except RuleViolation as refusal:
        flash.error(request, refusal.message)
        return redirect(claim)
    flash.success(request, done)
    return redirect("associations" if action == ClaimAction.DISCARD else claim)


def _whole_page(request: PartnerRequest, claim: Claim) -> HttpResponse:
    """After a dialog the whole page changes."""
    if request.htmx:
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = claim.get_absolute_url()
        return response
    return redirect(claim)
