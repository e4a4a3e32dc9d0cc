"""Resources and support: help that everybody with an account may read. Nothing here belongs to an organization."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.papers.facts import facts
from kit.access import signed_in


@signed_in
@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """The four entries of the process, self-help, and the way to support (R200 to R202)."""
    return render(request, "claims/help/resources.html", facts())


@signed_in
@require_safe
def poe_guidance(request: HttpRequest) -> HttpResponse:
    """What proof of execution must show, with examples, formats and reasons for refusal (R142, R143)."""
    return render(request, "claims/help/poe_guidance.html", facts())


@signed_in
@require_safe
def incentive_guides(request: HttpRequest) -> HttpResponse:
    """The programs in short, and what a partner agrees to in the wizard (R087, R202)."""
    return render(request, "claims/help/incentive_guides.html", facts())
