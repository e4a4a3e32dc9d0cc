"""The partner's fix list: saving answers, and handing them in while the claim stays approved."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from claims.fix_list import FixForm, forms_of, typed_answers
from claims.fixing import CLOSED, answer_item, hand_in_answers, open_request_of
from claims.models import Claim
from claims.views.claim import TEMPLATE, actor_of, own_claim, page_context
from kit.errors import RuleViolation
from kit.pages import go_to, render_page
from partners.access import PartnerRequest, partner_required


@partner_required
@require_POST
def save(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Keep what this person changed in the list; what a colleague wrote elsewhere stays (R151)."""
    claim = own_claim(request, claim_id)
    try:
        written, wrong = _write(request, claim)
    except RuleViolation as late:
        return _too_late(request, claim, late)
    if request.htmx:
        fresh = page_context(own_claim(request, claim_id), written=written, wrong=wrong)
        return render_page(request, "claims/fix_saved.html", fresh, status=422 if wrong else 200)
    if wrong:
        return _show_wrong(request, claim, wrong)
    flash.success(request, gettext("Answers saved.") if written else gettext("Nothing was changed."))
    return redirect(f"{claim.get_absolute_url()}#fix-list")


@partner_required
@require_POST
def hand_in(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Keep what stands in the list and hand it in; the claim stays approved (R171)."""
    claim = own_claim(request, claim_id)
    try:
        _, wrong = _write(request, claim)
    except RuleViolation as late:
        return _too_late(request, claim, late)
    if wrong:
        return _show_wrong(request, claim, wrong)
    try:
        hand_in_answers(claim, actor=actor_of(request), now=timezone.now())
    except RuleViolation as refusal:
        flash.error(request, refusal.message)
        return render_page(request, TEMPLATE, page_context(own_claim(request, claim_id)), status=409)
    flash.success(request, gettext("Thank you. Microsoft has received your answers."))
    return go_to(request, claim.get_absolute_url())


def _write(request: PartnerRequest, claim: Claim) -> tuple[list[FixForm], list[FixForm]]:
    """Write every changed item that is valid, and return the forms that were written and those that were not."""
    asked = open_request_of(claim)
    if asked is None:
        raise RuleViolation(CLOSED)
    forms = forms_of(asked, request.POST)
    wrong = [form for form in forms if not form.is_valid()]
    changed = [form for form in forms if form not in wrong and form.is_changed]
    actor, now = actor_of(request), timezone.now()
    for form in changed:
        answer_item(form.item, ticked=form.changed_tick, answer=form.changed_answer, actor=actor, now=now)
    return changed, wrong


def _show_wrong(request: PartnerRequest, claim: Claim, wrong: list[FixForm]) -> HttpResponse:
    typed = {form.item.pk: form for form in wrong}
    return render_page(request, TEMPLATE, page_context(claim, typed=typed), status=422)


def _too_late(request: PartnerRequest, claim: Claim, late: RuleViolation) -> HttpResponse:
    """The list was closed meanwhile: say so, and show what was typed, so that nothing is lost."""
    context = page_context(own_claim(request, claim.pk), late=late.message, unsaved=typed_answers(claim, request.POST))
    if not request.htmx:
        return render_page(request, TEMPLATE, context, status=409)
    response = render_page(request, "claims/fix_late.html", context, status=409)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#fix-list", "outerHTML"
    return response
