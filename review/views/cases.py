"""Cases at the desk: the list, the side-by-side page, taking, scoring, asking all parties."""

from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims.findings import Finding
from kit.errors import RuleViolation
from review.access import DECIDE, LEAD, decides, reads
from review.arbitration.deciding import why_not_confirmed
from review.arbitration.listing import FILTERS, case_page, filter_named
from review.arbitration.questions import ask_all, refusals_to_ask
from review.arbitration.room import case_for, sentence_about, still_running
from review.arbitration.rubric import score_party
from review.arbitration.showing import SideBySide, room_behind, side_by_side
from review.arbitration.taking import release_case, take_case
from review.forms.case import AskAllForm, ReturnForm, ScoreForm
from review.models import ArbitrationCase, CaseDecision, CaseParty
from review.pages import render_desk
from review.taking_part import OWN_REJECTION_IN_CASE


@reads
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The list of cases: running ones by due day, filtered, paged by key (R170)."""
    chosen = filter_named(request.GET.get("show", ""))
    page = case_page(chosen, user=request.user, now=timezone.now(), after=request.GET.get("after", ""))  # type: ignore[arg-type]
    context = {"title": gettext("Cases"), "filters": FILTERS, "chosen": chosen, "page": page}
    return render_desk(request, "review/cases.html", context, fragment="cases")


@reads
@require_safe
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case side by side (R170, R171); 403 for who is barred from one of its partners."""
    return show_case(request, case_id)


def show_case(request: HttpRequest, case_id: int, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Answer with the page of a case, read afresh; ``extra`` may carry a ``refusal`` and forms that came back."""
    found = case_for(request.user, case_id)  # type: ignore[arg-type]
    page = side_by_side(found, now=timezone.now())
    context = _facts(request, found, page) | extra
    return render_desk(request, "review/case.html", context, status=status)


def _facts(request: HttpRequest, found: ArbitrationCase, page: SideBySide) -> dict[str, Any]:
    user, now = request.user, timezone.now()
    decisions = list(found.decisions.select_related("proposed_by", "confirmed_by"))
    proposal = next((each for each in decisions if each.state == CaseDecision.State.PROPOSED), None)
    waiting = {} if found.is_closed else still_running(page.requests, now=now)
    mine = found.reviewer_id in {None, user.pk} or user.has_perm(LEAD)
    decides = not found.is_closed and user.has_perm(DECIDE)
    own = decides and found.own_rejection  # type: ignore[attr-defined]
    may_act = decides and not own
    return {
        "title": str(found),
        "case": found,
        "page": page,
        "age": ((found.closed_at or now) - found.opened_at).days,
        "waiting": [sentence_about(each) for each in waiting.values()],
        "decisions": decisions,
        "proposal": proposal,
        "obstacles": why_not_confirmed(room_behind(found, page), proposal) if proposal else [],
        "events": list(found.events.select_related("by")[:100]),
        "may_score": decides,
        "why_not": OWN_REJECTION_IN_CASE if own else "",
        "may_act": may_act and mine and proposal is None,
        "may_decide": may_act and mine and proposal is None and not waiting,
        "may_take": may_act and found.reviewer_id is None,
        "may_release": decides and found.reviewer_id is not None and mine,
        "may_confirm": may_act and proposal is not None and proposal.proposed_by_id != user.pk,
        "may_take_back": decides
        and proposal is not None
        and (proposal.proposed_by_id == user.pk or (may_act and user.has_perm(LEAD))),
        "return_form": ReturnForm(),
    }


@decides
@require_POST
def take(request: HttpRequest, case_id: int) -> HttpResponse:
    """Make a free case one's own."""
    found = case_for(request.user, case_id)  # type: ignore[arg-type]
    try:
        take_case(found, user=request.user, now=timezone.now())  # type: ignore[arg-type]
    except RuleViolation as refusal:
        return show_case(request, case_id, status=409, refusal=refusal.message)
    flash.success(request, gettext("Case {case} is yours.").format(case=found.pk))
    return redirect("admin:review-case", case_id)


@decides
@require_POST
def release(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give a case back: one's own, or anybody's as a lead."""
    found = case_for(request.user, case_id)  # type: ignore[arg-type]
    try:
        release_case(found, user=request.user, now=timezone.now())  # type: ignore[arg-type]
    except RuleViolation as refusal:
        return show_case(request, case_id, status=409, refusal=refusal.message)
    flash.success(request, gettext("Case {case} is free for others.").format(case=found.pk))
    return redirect("admin:review-case", case_id)


@decides
@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest, case_id: int, party_id: int) -> HttpResponse:
    """Score one party by the rubric; the total advises, partners never learn of it."""
    found = case_for(request.user, case_id)  # type: ignore[arg-type]
    party = get_object_or_404(CaseParty, case=found, pk=party_id, is_open=True)
    page = side_by_side(found, now=timezone.now())
    column = next(each for each in page.columns if each.party.pk == party.pk)
    form = ScoreForm(request.POST or None, column=column)
    context = {
        "title": gettext("Scores of claim {claim}").format(claim=party.claim_id),
        "case": found,
        "column": column,
        "form": form,
    }
    if request.method != "POST":
        return render_desk(request, "review/case_scores.html", context)
    if not form.is_valid():
        return render_desk(request, "review/case_scores.html", context, status=422)
    try:
        score_party(party, points=form.points(), notes=form.notes(), by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except RuleViolation as refusal:
        return render_desk(request, "review/case_scores.html", context | {"refusal": refusal.message}, status=409)
    flash.success(request, gettext("Scores of claim {claim} saved.").format(claim=party.claim_id))
    return redirect("admin:review-case", case_id)


@decides
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, case_id: int) -> HttpResponse:
    """Ask all parties the same until the same day; each reads it as about its own claim alone (R171)."""
    found = case_for(request.user, case_id)  # type: ignore[arg-type]
    form = AskAllForm(request.POST or None)
    page = side_by_side(found, now=timezone.now())
    context: dict[str, Any] = {"title": gettext("Ask all parties"), "case": found, "form": form, "page": page}
    context["passed_over"] = list(refusals_to_ask(page.room_parties).values())
    if request.method != "POST":
        return render_desk(request, "review/case_ask.html", context)
    if not form.is_valid():
        return render_desk(request, "review/case_ask.html", context, status=422)
    reasons = [Finding(reason) for reason in form.cleaned_data["reasons"]]
    try:
        asked, passed_over = ask_all(
            found,
            reasons=reasons,
            message=form.cleaned_data["message"],
            user=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
    except RuleViolation as refusal:
        return render_desk(request, "review/case_ask.html", context | {"refusal": refusal.message}, status=409)
    told = ngettext(
        "{count} partner was asked the same, until the same day.",
        "{count} partners were asked the same, until the same day.",
        len(asked),
    )
    flash.success(request, " ".join([told.format(count=len(asked)), *passed_over]))
    return redirect("admin:review-case", case_id)
