"""How a decision form comes back: as it stands, or refused with what changed meanwhile."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from claims.history import Told
from claims.models import Claim
from kit.errors import RuleViolation, StaleRecord
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
        return show_claim(request, claim_id, status=status, decision_form=form, is_typed=True)
    claim = claim_or_404(request, claim_id)
    return _in_place(request, claim, form, status=status)


def show_refusal(request: HttpRequest, claim_id: int, refusal: RuleViolation) -> HttpResponse:
    """Answer 409 with the sentence, what changed meanwhile, and the form as typed.

    On the claim's whole page it carries the newest version, so that sending it again decides on what that page shows. For
    HTMX, which puts the form alone into a page that stays as old as it was, it carries what was read, so that it cannot
    decide on anything else, and leads to the page as it is now.
    """
    if not getattr(request, "htmx", False):
        return show_as_it_is(request, claim_id, status=409, refusal=refusal.message)
    claim = claim_or_404(request, claim_id)
    form = DecisionForm.as_typed(request.POST, matter=Matter(claim))
    told = {
        "refusal": refusal.message,
        "meanwhile": _changes(request, claim),
        "is_behind": isinstance(refusal, StaleRecord),
    }
    return _in_place(request, claim, form, status=409, **told)


def show_as_it_is(request: HttpRequest, claim_id: int, *, status: int = 200, **told: Any) -> HttpResponse:
    """Answer with the claim's whole page as it is now, what changed since it was read, and the form as typed.

    What is typed can be sent from there: the form carries the version that the page shows, or one before it.
    """
    claim = claim_or_404(request, claim_id)
    newest = {"version": claim.version, "seen_event": newest_event(claim)}
    form = DecisionForm.as_typed(request.POST, matter=Matter(claim), **newest)
    changes = _changes(request, claim)
    return show_claim(request, claim_id, status=status, decision_form=form, meanwhile=changes, is_typed=True, **told)


def _changes(request: HttpRequest, claim: Claim) -> list[Told]:
    seen = request.POST.get("seen_event", "")
    return changes_since(claim, int(seen) if seen.isdecimal() and len(seen) < 19 else None)


def _in_place(request: HttpRequest, claim: Claim, form: DecisionForm, *, status: int, **told: Any) -> HttpResponse:
    """The decision alone, wherever the button wanted its answer."""
    person: User = request.user  # type: ignore[assignment]
    context = {
        "claim": claim,
        "version": form["version"].value(),
        "seen_event": "",
        "is_part": True,
        "is_typed": True,
        **panel_of(claim, user=person),
        **told,
    }
    response = render_desk(request, PANEL, context | {"decision_form": form}, status=status)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#decision-panel", "outerHTML"
    return response
