"""Deciding a case at the desk: the form, the preview of every letter, and the second reviewer's answer."""

import json
from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from kit.errors import RuleViolation, StaleRecord
from review.access import decides
from review.arbitration.deciding import confirm, decide, return_proposal, take_back
from review.arbitration.preview import preview_case
from review.arbitration.room import case_for, require_as_read, sentence_about, state_of, still_running
from review.arbitration.showing import SideBySide, room_behind, side_by_side
from review.forms.case import CaseDecisionForm, ReturnForm
from review.models import ArbitrationCase, CaseDecision
from review.pages import render_desk
from review.views.cases import show_case

FORM, PREVIEW = "review/case_decide.html", "review/case_preview.html"


@decides
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: HttpRequest, case_id: int) -> HttpResponse:
    """Write a decision, read every letter as it would be sent, then decide or propose (R170, R172)."""
    case = case_for(request.user, case_id)  # type: ignore[arg-type]
    page = side_by_side(case, now=timezone.now())
    if request.method != "POST":
        return _form(request, case, page, CaseDecisionForm(page=page))
    form = CaseDecisionForm(request.POST, page=page)
    if not form.is_valid():
        return _incomplete(request, case, page, form)
    if "back" in request.POST:
        return _form(request, case, page, form)
    told = {"plan": form.plan(), "reason": form.cleaned_data["reason"], "seen": form.state_read()}
    told |= {"user": request.user, "now": timezone.now()}
    if "send" not in request.POST:
        return _preview(request, case, page, form, told)
    try:
        decision = decide(case, **told)
    except RuleViolation as refusal:
        return _form(request, case, page, form, status=409, refusal=refusal)
    flash.success(request, _done(decision))
    return redirect("admin:review-case", case_id)


def _incomplete(request: HttpRequest, case: ArbitrationCase, page: SideBySide, form: CaseDecisionForm) -> HttpResponse:
    """A form that lacks something; when the case changed since it was read, that is said first."""
    try:
        require_as_read(room_behind(case, page), form.state_read())
    except StaleRecord as refusal:
        return _form(request, case, page, form, status=409, refusal=refusal)
    return _form(request, case, page, form, status=422)


def _preview(
    request: HttpRequest, case: ArbitrationCase, page: SideBySide, form: CaseDecisionForm, told: dict[str, Any]
) -> HttpResponse:
    shown = preview_case(case, **told)
    if shown.refusal:
        return _form(request, case, page, form, status=409, refusal=shown.refusal)
    typed = [(key, value) for key, value in request.POST.items() if key not in {"csrfmiddlewaretoken", "preview"}]
    context = {"title": gettext("Preview of the decision"), "case": case, "page": page, "shown": shown, "typed": typed}
    return render_desk(request, PREVIEW, context | {"reason": told["reason"]})


def _form(
    request: HttpRequest,
    case: ArbitrationCase,
    page: SideBySide,
    form: CaseDecisionForm,
    *,
    status: int = 200,
    refusal: RuleViolation | None = None,
) -> HttpResponse:
    """The form as typed. After a refusal for a change it carries the state that the page now shows."""
    fresh = json.dumps(state_of(room_behind(case, page)))
    typed = form.data.get("seen", "") if form.is_bound else ""
    context = {
        "title": gettext("Decide case {case}").format(case=case.pk),
        "case": case,
        "page": page,
        "form": form,
        "seen": fresh if isinstance(refusal, StaleRecord) or not typed else typed,
        "refusal": refusal.message if refusal else "",
        "waiting": [sentence_about(each) for each in still_running(page.requests, now=timezone.now()).values()],
    }
    return render_desk(request, FORM, context, status=status)


def _done(decision: CaseDecision) -> str:
    if decision.state == CaseDecision.State.PROPOSED:
        return gettext(
            "The decision was proposed. A second reviewer confirms it, because a partner that holds would lose."
        )
    return gettext("Case {case} was decided. Every partner was told about its own claim.").format(case=decision.case_id)


@decides
@require_POST
def settle(request: HttpRequest, case_id: int, decision_id: int) -> HttpResponse:
    """Confirm, return or take back a proposal; a second reviewer confirms, because a partner that holds would lose."""
    case = case_for(request.user, case_id)  # type: ignore[arg-type]
    decision = get_object_or_404(CaseDecision, case=case, pk=decision_id)
    form = ReturnForm(request.POST)
    act = request.POST.get("act", "")
    if act == "return" and not form.is_valid():
        return show_case(request, case_id, status=422, return_form=form)
    try:
        said = _settle(request, decision, act, form)
    except RuleViolation as refusal:
        return show_case(request, case_id, status=409, refusal=refusal.message, return_form=form)
    flash.success(request, said)
    return redirect("admin:review-case", case_id)


def _settle(request: HttpRequest, decision: CaseDecision, act: str, form: ReturnForm) -> str:
    who: dict[str, Any] = {"user": request.user, "now": timezone.now()}
    if act == "confirm":
        confirm(decision, **who)
        return gettext("Case {case} was decided. Every partner was told about its own claim.").format(
            case=decision.case_id
        )
    if act == "return":
        return_proposal(decision, comment=form.cleaned_data["comment"], **who)
        return gettext("The proposal was returned. The case is open again.")
    if act == "take-back":
        take_back(decision, **who)
        return gettext("The proposal was taken back. The case is open again.")
    raise RuleViolation(gettext("Choose to confirm or to return the proposal."))
