"""What a customer sees who opens the link of a consent mail. Nobody signs in here; the link is the key."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from customers.belonging import may_read_answer
from customers.consent import deny
from customers.enums import DenialReason, SolutionArea
from customers.forms import DenialForm, SurveyForm
from customers.models import ConsentLink
from customers.survey import answer_survey
from customers.views.manners import by_link, unknown_link
from kit.errors import RuleViolation


@by_link
def consent_page(request: HttpRequest, link: ConsentLink, token: str) -> HttpResponse:
    """What is asked, by whom, for what; and the form to deny (R187). Only POST denies (Q36)."""
    consent = link.consent
    form, refusal = DenialForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        try:
            deny(consent, **form.cleaned_data, now=timezone.now())
            return redirect(reverse("consent", args=[token]) + "?done")
        except RuleViolation as violation:
            refusal = violation.message
            consent.refresh_from_db()
    rejected = bool(refusal or form.errors)
    return render(
        request,
        "customers/consent.html",
        _context(request, link, token, form=form, refusal=refusal),
        status=422 if rejected else 200,
    )


@by_link
def survey_page(request: HttpRequest, link: ConsentLink, token: str) -> HttpResponse:
    """The customer's feedback on the partner (Q43); what it wrote before is shown and may be replaced.

    Not by an earlier contact, who may not read the customer's answers.
    """
    consent = link.consent
    offered = settings.CUSTOMER_SURVEY and consent.solution_area == SolutionArea.BUSINESS_APPLICATIONS
    if not offered or not may_read_answer(consent, email=link.sent_to):
        return unknown_link(request)
    earlier = getattr(consent, "survey_answer", None)
    initial = {"rating": earlier.rating, "comment": earlier.comment} if earlier else None
    form = SurveyForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        answer_survey(consent, **form.cleaned_data, now=timezone.now())
        return redirect("consent_survey", token)
    context = _context(request, link, token, form=form, earlier=earlier)
    return render(request, "customers/survey.html", context, status=422 if form.errors else 200)


def _context(request: HttpRequest, link: ConsentLink, token: str, **more: Any) -> dict[str, Any]:
    consent = link.consent
    return {
        "consent": consent,
        "token": token,
        "reads_answer": may_read_answer(consent, email=link.sent_to),
        "reasons": [DenialReason(reason).label for reason in consent.denial_reasons],
        "items": consent.items.all(),
        "just_denied": "done" in request.GET,
        "window_over": not consent.window_is_open(timezone.now()),
        **more,
    }
