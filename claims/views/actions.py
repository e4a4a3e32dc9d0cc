"""What a partner does with a whole claim: submit, withdraw, discard, disassociate. Each asks first."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages as flash
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from claims.enums import ActorKind, ClaimAction
from claims.forms import CommentForm, DisassociateForm
from claims.lifecycle import refusal_to
from claims.models import Claim
from claims.problems import blockers_of
from claims.submitting import disassociate, discard, submit, withdraw
from claims.views.claim import actor_of, own_claim
from claims.views.dialogs import Question, ask
from kit.errors import RuleViolation
from kit.pages import go_to, render_page
from partners.access import PartnerRequest, partner_required

_asks = require_http_methods(["GET", "HEAD", "POST"])
_WITHDRAW = Question(_("Withdraw this submission?"), "withdraw", "claim-withdraw", _("Withdraw submission"))
_DISCARD = Question(_("Discard this claim?"), "discard", "claim-discard", _("Discard claim"), dangerous=True)
_DISASSOCIATE = Question(
    _("Disassociate this customer?"), "disassociate", "claim-disassociate", _("Disassociate customer"), dangerous=True
)


@partner_required
@_asks
def submit_dialog(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Ask before submitting (R150), then submit (R121, R151). The comment that stands in the page goes along."""
    claim = own_claim(request, claim_id)
    form = CommentForm(request.POST if request.method == "POST" else request.GET)
    context: dict[str, Any] = {"claim": claim, "comment": form.data.get("comment", ""), "refusal": ""}
    if not form.is_valid():
        context |= {
            "refusal": gettext("{problem} Shorten it, then submit.").format(problem=form.errors["comment"][0]),
            "too_long": True,
        }
        return render_page(request, "claims/submit.html", context, fragment="dialog", status=422)
    if request.method == "POST" and request.POST.get("confirm"):
        try:
            submit(claim, actor=actor_of(request), now=timezone.now(), comment=form.cleaned_data["comment"])
        except RuleViolation as refusal:
            context |= {"refusal": refusal.message}
            return render_page(request, "claims/submit.html", context, fragment="dialog", status=409)
        flash.success(request, gettext("Claim {number} was submitted for review.").format(number=claim.pk))
        return go_to(request, claim.get_absolute_url())
    context |= {"blockers": blockers_of(claim, now=timezone.now())}
    return render_page(request, "claims/submit.html", context, fragment="dialog")


@partner_required
@_asks
def withdraw_dialog(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Take a submission back while nobody has started the review (Q23)."""
    done = gettext("The submission was withdrawn. You can edit the claim again.")
    return _confirm(request, own_claim(request, claim_id), _WITHDRAW, ClaimAction.WITHDRAW, act=withdraw, done=done)


@partner_required
@_asks
def discard_dialog(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Give an unfinished claim up (Q48)."""
    claim = own_claim(request, claim_id)
    done, leads_to = gettext("Claim {number} was discarded.").format(number=claim.pk), reverse("associations")
    return _confirm(request, claim, _DISCARD, ClaimAction.DISCARD, act=discard, done=done, leads_to=leads_to)


def _confirm(
    request: PartnerRequest,
    claim: Claim,
    question: Question,
    action: ClaimAction,
    *,
    act: Callable[..., object],
    done: str,
    leads_to: str = "",
) -> HttpResponse:
    """Ask, and act on a POST; a claim on which the action is not possible, or no longer, is told so with 409."""
    refusal = refusal_to(claim, action, by=ActorKind.PARTNER)
    if request.method != "POST" or refusal:
        return ask(request, claim, question, refusal=refusal, status=409 if refusal else 200)
    try:
        act(claim, actor=actor_of(request), now=timezone.now())
    except RuleViolation as late:
        return ask(request, claim, question, refusal=late.message, status=409)
    flash.success(request, done)
    return go_to(request, leads_to or claim.get_absolute_url())


@partner_required
@_asks
def disassociate_dialog(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """End an approved association, with a reason."""
    claim = own_claim(request, claim_id)
    refusal = refusal_to(claim, ClaimAction.DISASSOCIATE, by=ActorKind.PARTNER)
    if refusal:
        return ask(request, claim, _DISASSOCIATE, refusal=refusal, status=409)
    form = DisassociateForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return ask(request, claim, _DISASSOCIATE, status=422 if form.is_bound else 200, form=form)
    try:
        disassociate(claim, actor=actor_of(request), message=form.cleaned_data["message"], now=timezone.now())
    except RuleViolation as late:
        return ask(request, claim, _DISASSOCIATE, refusal=late.message, status=409, form=form)
    flash.success(request, gettext("The association has ended. Its products are free for others."))
    return go_to(request, claim.get_absolute_url())
