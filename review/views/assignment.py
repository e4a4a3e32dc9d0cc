"""Assignment from a claim's page, and «Next claim»."""

from collections.abc import Callable

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from claims.models import Claim
from kit.errors import RuleViolation
from review.access import claim_for, decides, leads
from review.assigning import assign as assign_claim
from review.assigning import decider_named, take_next
from review.assigning import release as release_claim
from review.assigning import take as take_claim
from review.views.claim import show_claim

NOTHING_LEFT = _("No claim waits for a reviewer. Claims that others have are in the queue.")


@decides
@require_POST
def next_claim(request: HttpRequest) -> HttpResponse:
    """Take the most urgent claim that nobody has and lead to it; back to the queue when none is left.

    ``besides`` names a claim that does not come up, so that «Next claim» on its page leads on.
    """
    besides = request.POST.get("besides", "")
    left_out = int(besides) if besides.isascii() and besides.isdigit() and len(besides) < 19 else None
    claim = take_next(request.user, now=timezone.now(), besides=left_out)  # type: ignore[arg-type]
    if claim is None:
        flash.info(request, NOTHING_LEFT)
        return redirect("admin:review-queue")
    flash.success(
        request,
        gettext("You have claim {claim} now. It was the most urgent one that nobody had.").format(claim=claim.pk),
    )
    return redirect("admin:review-claim", claim.pk)


@decides
@require_POST
def take(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Make a free claim one's own; 409 with a sentence when it is not free."""

    def act(claim: Claim) -> str:
        take_claim(claim, user=request.user, now=timezone.now())  # type: ignore[arg-type]
        return gettext("You have this claim now.")

    return _carry_out(request, claim_id, act)


@decides
@require_POST
def release(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Give a claim back to the queue; 409 with a sentence when it is somebody else's and the person no lead."""

    def act(claim: Claim) -> str:
        release_claim(claim, user=request.user, now=timezone.now())  # type: ignore[arg-type]
        return gettext("The claim is back in the queue, and anybody may take it.")

    return _carry_out(request, claim_id, act)


@leads
@require_POST
def assign(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Give a claim to somebody who decides; 409 with a sentence when that person may not have it."""

    def act(claim: Claim) -> str:
        to = decider_named(request.POST.get("to", ""))
        assign_claim(claim, to=to, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        return gettext("{name} has this claim now.").format(name=to.get_full_name())

    return _carry_out(request, claim_id, act)


def _carry_out(request: HttpRequest, claim_id: int, act: Callable[[Claim], str]) -> HttpResponse:
    """Do it and lead back to the claim with the sentence; the claim's page with the refusal when a rule says no."""
    claim = claim_for(request.user, claim_id, "reviewer")  # type: ignore[arg-type]
    try:
        done = act(claim)
    except RuleViolation as refusal:
        return show_claim(request, claim_id, status=409, refusal=refusal.message)
    flash.success(request, done)
    return redirect("admin:review-claim", claim_id)
