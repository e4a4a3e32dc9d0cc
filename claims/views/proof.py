"""Dialogs that take fresh proof of execution: the dispute of a rejection, and the refresh of an approved claim."""

from typing import Any

from django.contrib import messages as flash
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from claims.documents import MAX_DOCUMENTS, refresh_proof, refusal_to_refresh
from claims.forms import DisputeForm, RefreshForm
from claims.proof_files import FileRefused
from claims.queries import was_disputed
from claims.submitting import dispute, refusal_to_dispute
from claims.views.claim import actor_of, limits_of_files, own_claim
from claims.views.dialogs import Question, ask
from kit.errors import RuleViolation
from kit.pages import go_to
from partners.access import PartnerRequest, partner_required

_asks = require_http_methods(["GET", "HEAD", "POST"])
_DISPUTE = Question(_("Dispute this rejection?"), "dispute", "claim-dispute", _("Send dispute"), takes_files=True)
_REFRESH = Question(_("Add fresh proof of execution"), "refresh", "claim-refresh", _("Add documents"), takes_files=True)


@partner_required
@_asks
def dispute_dialog(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Dispute a rejection with a justification and, if wished, fresh files (Q49)."""
    claim = own_claim(request, claim_id)
    now = timezone.now()
    refusal = refusal_to_dispute(claim, now=now, disputed=was_disputed(claim))
    if refusal:
        return ask(request, claim, _DISPUTE, refusal=refusal, status=409)
    form = DisputeForm(request.POST, request.FILES) if request.method == "POST" else DisputeForm()
    if form.is_valid():
        message, files = form.cleaned_data["message"], form.cleaned_data["proof"]
        try:
            dispute(claim, actor=actor_of(request), message=message, uploads=files, now=now)
        except FileRefused as refused:
            form.add_error("proof", refused.message)
            return ask(request, claim, _DISPUTE, status=422, form=form, **_limits())
        except RuleViolation as late:
            return ask(request, claim, _DISPUTE, refusal=late.message, status=409, form=form, **_limits())
        flash.success(request, gettext("You disputed the rejection of claim {number}.").format(number=claim.pk))
        return go_to(request, claim.get_absolute_url())
    return ask(request, claim, _DISPUTE, status=422 if form.is_bound else 200, form=form, **_limits())


@partner_required
@_asks
def refresh_dialog(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Add fresh proof of execution to an approved claim."""
    claim = own_claim(request, claim_id)
    refusal = refusal_to_refresh(claim)
    if refusal:
        return ask(request, claim, _REFRESH, refusal=refusal, status=409)
    form = RefreshForm(request.POST, request.FILES) if request.method == "POST" else RefreshForm()
    if form.is_valid():
        files = form.cleaned_data["proof"]
        try:
            refresh_proof(claim, uploads=files, actor=actor_of(request), now=timezone.now())
        except FileRefused as refused:
            form.add_error("proof", refused.message)
            return ask(request, claim, _REFRESH, status=422, form=form, **_limits())
        except RuleViolation as late:
            return ask(request, claim, _REFRESH, refusal=late.message, status=409, form=form, **_limits())
        flash.success(request, gettext("Fresh proof of execution was added."))
        return go_to(request, claim.get_absolute_url())
    return ask(request, claim, _REFRESH, status=422 if form.is_bound else 200, form=form, **_limits())


def _limits() -> dict[str, Any]:
    return limits_of_files() | {"max_documents": MAX_DOCUMENTS}
