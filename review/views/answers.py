"""How a decision form comes back: as it stands, or refused with what changed meanwhile."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from claims.models import Claim
from kit.errors import RuleViolation
from review.decision.matter import Matter
from review.forms import DecisionForm
from review.pages import render_desk
from review.staleness import changes_since, newest_event
from review.views.claim import claim_or_404, show_claim
from review.views.panel import panel_of

PANEL = "review/claim_decision.html"


def show_decision(request: HttpRequest, claim_id: int, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    """Answer with the form as it stands: on the claim's page, for HTMX alone."""
    if not getattr(request, "htmx", False):
        return show_claim(request, claim_id, status=status, decision_form=form)
    claim = claim_or_404(request, claim_id)
    return _in_place(request, claim, form, status=status)


def show_refusal(request: HttpRequest, claim_id: int, refusal: RuleViolation) -> HttpResponse:
    """Answer 409 with the sentence, what changed meanwhile, and the form as typed.

    It carries the claim's newest version, so that sending it again decides on what the page now shows.
    """
    claim = claim_or_404(request, claim_id)
    seen = request.POST.get("seen_event", "")
    changes = changes_since(claim, int(seen) if seen.isdecimal() and len(seen) < 19 else None)
    newest = {"version": claim.version, "seen_event": newest_event(claim)}
    form = DecisionForm.as_typed(request.POST, matter=Matter(claim), **newest)
    told = {"refusal": refusal.message, "meanwhile": changes}
    if getattr(request, "htmx", False):
        return _in_place(request, claim, form, status=409, **told)
    return show_claim(request, claim_id, status=409, decision_form=form, **told)


def _in_place(request: HttpRequest, claim: Claim, form: DecisionForm, *, status: int, **told: Any) -> HttpResponse:
    """The decision alone, wherever the button wanted its answer."""
    person: User = request.user  # type: ignore[assignment]
    context = {
        "claim": claim,
        "version": claim.version,
        "seen_event": "",
        "is_part": True,
        **panel_of(claim, user=person),
        **told,
    }
    response = render_desk(request, PANEL, context | {"decision_form": form}, status=status)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#decision-panel", "outerHTML"
    return response
