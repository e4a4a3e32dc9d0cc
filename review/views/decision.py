"""Deciding: start the review, then approve, request action or reject."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from claims.actors import Actor
from claims.deciding import approve, reject, request_action, start_review
from claims.models import Claim
from kit.errors import RuleViolation, StaleRecord
from review.access import decides
from review.actors import reviewer_of
from review.assigning import require_may_decide
from review.facts import directory_facts
from review.forms import Decision, DecisionForm, StartForm
from review.pages import render_desk
from review.queries import next_claim
from review.views.claim import claim_or_404, show_claim

DONE = {
    Decision.APPROVE: "was approved.",
    Decision.REQUEST_ACTION: "waits for the partner, who was told what to do.",
    Decision.REJECT: "was rejected, and the partner was told why.",
}


@decides
@require_POST
def start(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Start the review of a submitted claim: five business days begin to run (R161, R162)."""
    claim = claim_or_404(request, claim_id)
    form = StartForm(request.POST)
    claim.version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        require_may_decide(claim, user=request.user)  # type: ignore[arg-type]
        start_review(claim, actor=reviewer_of(request), now=timezone.now())
    except RuleViolation as refusal:
        return show_claim(request, claim_id, status=409, refusal=refusal.message)
    flash.success(request, f"You started the review of claim {claim.pk}.")
    return redirect("admin:review-claim", claim_id)


@decides
@require_POST
def decide(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Decide on the version that the reviewer read; an approval is asked about once more (R164, R166)."""
    claim = claim_or_404(request, claim_id)
    form, version = DecisionForm(request.POST), request.POST.get("version", "")
    if "back" in request.POST:
        return show_claim(request, claim_id, decision_form=DecisionForm(initial=request.POST.dict()), version=version)
    if not form.is_valid():
        return show_claim(request, claim_id, status=422, decision_form=form, version=version)
    try:
        require_may_decide(claim, user=request.user)  # type: ignore[arg-type]
        if form.cleaned_data["decision"] == Decision.APPROVE and "confirm" not in request.POST:
            return _ask_again(request, claim, form)
        _carry_out(claim, form, actor=reviewer_of(request), now=timezone.now())
    except RuleViolation as refusal:
        return show_claim(request, claim_id, status=409, decision_form=form, refusal=refusal.message)
    _say_what_is_next(request, claim, DONE[form.cleaned_data["decision"]])
    return redirect("admin:review-claim", claim_id)


def _carry_out(claim: Claim, form: DecisionForm, *, actor: Actor, now: datetime) -> None:
    """Call the rule with the version that was read: a change since then refuses the decision (StaleRecord)."""
    told = form.cleaned_data
    claim.version = told["version"]
    if told["decision"] == Decision.APPROVE:
        approve(claim, message=told["message"], actor=actor, now=now)
        return
    rule = {Decision.REQUEST_ACTION: request_action, Decision.REJECT: reject}[told["decision"]]
    rule(claim, reasons=list(told["reasons"]), message=told["message"], actor=actor, now=now)


def _ask_again(request: HttpRequest, claim: Claim, form: DecisionForm) -> HttpResponse:
    """Say what an approval sets in motion, and ask. Raises StaleRecord when the claim changed."""
    if form.cleaned_data["version"] != claim.version:
        raise StaleRecord
    context = {
        "title": f"Approve {claim}?",
        "claim": claim,
        "form": form,
        "lines": [fact.line for fact in directory_facts(claim).lines],
        "opt_out_until": timezone.now() + timedelta(days=settings.OPT_OUT_DAYS),
    }
    return render_desk(request, "review/confirm_approval.html", context)


def _say_what_is_next(request: HttpRequest, claim: Claim, done: str) -> None:
    following = next_claim(request.user, besides=claim, now=timezone.now())  # type: ignore[arg-type]
    if following is None:
        flash.success(request, f"Claim {claim.pk} {done} No other claim waits for a decision.")
        return
    link = reverse("admin:review-claim", args=[following.pk])
    text = 'Claim {} {} <a href="{}">Next claim: {}</a>'
    flash.success(request, format_html(text, claim.pk, done, link, following))
