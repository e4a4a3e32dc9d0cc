"""What a customer sees who opens the link of a consent mail. Nobody signs in here; the link is the key."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from customers.consent import deny, find_request
from customers.enums import DenialReason, SolutionArea
from customers.forms import DenialForm, SurveyForm
from customers.models import ConsentRequest
from customers.survey import answer_survey
from kit.access import public
from kit.errors import RuleViolation

ConsentView = Callable[[HttpRequest, ConsentRequest, str], HttpResponse]


def _quiet(response: HttpResponse) -> HttpResponse:
    """No address of these pages travels on in a Referer header or into a search index: it holds a secret."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def by_link(view: ConsentView) -> Callable[..., HttpResponse]:
    """Turn the token of the address into its request, or answer 404 with a page that says what may be wrong.

    Exempt from the CSRF check: the token that nobody else knows is in the address itself, so a forged form
    has nothing to ride on, and customers whose mail program keeps no cookies can answer.
    """

    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        consent = find_request(token)
        if consent is None:
            return _quiet(_unknown(request))
        return _quiet(view(request, consent, token))

    return public(csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(found)))


@by_link
def consent_page(request: HttpRequest, consent: ConsentRequest, token: str) -> HttpResponse:
    """What is asked, by whom, for what; and the form to deny (R187). Only POST denies (Q36)."""
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
        _context(request, consent, token, form=form, refusal=refusal),
        status=422 if rejected else 200,
    )


@by_link
def survey_page(request: HttpRequest, consent: ConsentRequest, token: str) -> HttpResponse:
    """The customer's feedback on the partner (Q43); what it wrote before is shown and may be replaced."""
    if not settings.CUSTOMER_SURVEY or consent.solution_area != SolutionArea.BUSINESS_APPLICATIONS:
        return _unknown(request)
    earlier = getattr(consent, "survey_answer", None)
    initial = {"rating": earlier.rating, "comment": earlier.comment} if earlier else None
    form = SurveyForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        answer_survey(consent, **form.cleaned_data, now=timezone.now())
        return redirect("consent_survey", token)
    context = _context(request, consent, token, form=form, earlier=earlier)
    return render(request, "customers/survey.html", context, status=422 if form.errors else 200)


@public
@require_safe
def privacy_page(request: HttpRequest) -> HttpResponse:
    """What data is shared and kept, in plain words: the Privacy Statement of the consent mail."""
    return _quiet(render(request, "customers/privacy.html", {"opt_out_days": settings.OPT_OUT_DAYS}))


@public
@require_safe
def about_page(request: HttpRequest) -> HttpResponse:
    """What an association is, for customers who never heard of one; says how to tell a real message from a forged one."""
    context = {
        "opt_out_days": settings.OPT_OUT_DAYS,
        "portal_url": settings.PORTAL_URL,
        "sender": settings.DEFAULT_FROM_EMAIL,
        "with_survey": settings.CUSTOMER_SURVEY,
    }
    return render(request, "customers/about.html", context)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "customers/unknown_link.html", status=404)


def _context(request: HttpRequest, consent: ConsentRequest, token: str, **more: Any) -> dict[str, Any]:
    return {
        "consent": consent,
        "token": token,
        "reasons": [DenialReason(reason).label for reason in consent.denial_reasons],
        "items": consent.items.all(),
        "just_denied": "done" in request.GET,
        "window_over": not consent.window_is_open(timezone.now()),
        **more,
    }
