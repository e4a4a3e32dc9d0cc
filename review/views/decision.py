"""Deciding: start the review, then approve, request action or reject; the form with its helpers, and the preview."""

from typing import Any

from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import User
from claims.models import Claim
from kit.errors import RuleViolation
from review.access import decides
from review.decision.matter import Matter
from review.decision.outcomes import Decision, Outcome
from review.decision.preview import preview_decision
from review.decision.sending import send_decision
from review.forms import DecisionForm, StartForm
from review.forms.helping import READ, help_along
from review.pages import render_desk
from review.queries import has_more_in_hand, is_any_free
from review.queue.tabs import MINE
from review.starting import begin_review
from review.views.answers import show_as_it_is, show_decision, show_refusal
from review.views.claim import claim_or_404, show_claim

DONE = {
    Decision.APPROVE: _("Claim {claim} was approved."),
    Decision.REQUEST_ACTION: _("Claim {claim} waits for the partner, who was told what to do."),
    Decision.REJECT: _("Claim {claim} was rejected, and the partner was told why."),
}
BUTTONS = {"csrfmiddlewaretoken", "back", "confirm", "help", "canned"}


@decides
@require_POST
def start(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Start the review of a submitted claim: five business days begin to run (R161, R162)."""
    claim = claim_or_404(request, claim_id)
    form = StartForm(request.POST)
    claim.version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        begin_review(claim, user=request.user, now=timezone.now())  # type: ignore[arg-type]
    except RuleViolation as refusal:
        return show_claim(request, claim_id, status=409, refusal=refusal.message)
    flash.success(request, _started(claim, user=request.user))  # type: ignore[arg-type]
    return redirect("admin:review-claim", claim_id)


@decides
@require_POST
def decide(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Decide on the version that the reviewer read; an approval is asked about once more (R164, R166)."""
    claim = claim_or_404(request, claim_id)
    if "back" in request.POST:
        return show_decision(request, claim_id, DecisionForm.as_typed(request.POST, matter=Matter(claim)))
    form = DecisionForm(request.POST, matter=Matter(claim))
    if not form.is_valid() or form.outcome is None:
        return show_decision(request, claim_id, form, status=422)
    if form.outcome.decision == Decision.APPROVE and "confirm" not in request.POST:
        return _show_preview(request, claim, form, form.outcome, template="review/confirm_approval.html")
    try:
        send_decision(claim, outcome=form.outcome, now=timezone.now(), **_sent(request, form))
    except RuleViolation as refusal:
        return show_refusal(request, claim_id, refusal)
    _say_what_is_next(request, claim, _done(claim, form.outcome))
    return redirect("admin:review-claim", claim_id)


@decides
@require_POST
def compose(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Give the form back as typed with one thing more: a row, a kept message, or what the checklist suggests.

    Or the whole page around it, read afresh, when what was typed was refused as too late.
    """
    if request.POST.get("help") == READ:
        return show_as_it_is(request, claim_id)
    claim = claim_or_404(request, claim_id)
    form = help_along(request.POST, matter=Matter(claim))
    return show_decision(request, claim_id, form)


@decides
@require_POST
def preview(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Show what the decision as typed would send, and whether it would be refused. Sends and changes nothing."""
    claim = claim_or_404(request, claim_id)
    form = DecisionForm(request.POST, matter=Matter(claim))
    if not form.is_valid() or form.outcome is None:
        return show_decision(request, claim_id, form, status=422)
    return _show_preview(request, claim, form, form.outcome, template="review/decision_preview.html")


def _show_preview(
    request: HttpRequest, claim: Claim, form: DecisionForm, outcome: Outcome, *, template: str
) -> HttpResponse:
    found = preview_decision(claim, outcome=outcome, now=timezone.now(), **_sent(request, form))
    if found.refusal is not None:
        return show_refusal(request, claim.pk, found.refusal)
    typed = [(name, value) for name, values in request.POST.lists() if name not in BUTTONS for value in values]
    context = {
        "title": f"{outcome.label}: {claim}",
        "claim": found.claim,
        "preview": found,
        "outcome": outcome,
        "parts": [
            (line, outcome.verdict_for(line.product_id), outcome.word_for(line.product_id))
            for line in form.matter.lines
        ],
        "typed": typed,
        "opt_out_days": settings.OPT_OUT_DAYS,
        "level": 3 if getattr(request, "htmx", False) else 2,
    }
    return render_desk(request, template, context, fragment="preview")


def _sent(request: HttpRequest, form: DecisionForm) -> dict[str, Any]:
    told = form.cleaned_data
    return {
        "message": told["message"],
        "version": told["version"],
        "seen_event": told["seen_event"],
        "user": request.user,
    }


def _started(claim: Claim, *, user: User) -> str:
    if claim.reviewer is None or claim.reviewer == user:
        return gettext("You started the review of claim {claim}.").format(claim=claim.pk)
    return gettext("You started the review of claim {claim}. {name} still has it.").format(
        claim=claim.pk, name=claim.reviewer.get_full_name()
    )


def _done(claim: Claim, outcome: Outcome) -> str:
    if outcome.is_partial:
        return gettext("Claim {claim} was approved for {accepted} of {all} products.").format(
            claim=claim.pk, accepted=len(outcome.accepted), all=len(outcome.verdicts)
        )
    return DONE[Decision(outcome.decision)].format(claim=claim.pk)


def _say_what_is_next(request: HttpRequest, claim: Claim, done: str) -> None:
    """The button «Next claim» on the page takes the next one; only where it would take none, something is said of it."""
    user: User = request.user  # type: ignore[assignment]
    if is_any_free(user, besides=claim):
        flash.success(request, done)
    elif has_more_in_hand(user, besides=claim):
        link, words = f"{reverse('admin:review-queue')}?tab={MINE.slug}", gettext("The claims that you have wait.")
        flash.success(request, format_html('{} <a href="{}">{}</a>', done, link, words))
    else:
        flash.success(request, " ".join([done, gettext("No other claim waits for a decision.")]))
