"""Overview of the incentive programmes, and the enrolments of the own locations."""

from typing import Any

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from kit.errors import RuleViolation
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required
from partners.enrolling import enroll, leave_program, may_manage_enrollments
from partners.models import PartnerOrganization
from partners.programs import ProgramText, program_texts


@partner_required
@require_safe
def overview(request: PartnerRequest) -> HttpResponse:
    """What each programme is for, which activity belongs to it, and what a claim needs (R061, R202)."""
    return render(request, "partners/overview.html", {"membership": request.membership, "programs": program_texts()})


@partner_required
@require_safe
def coop(request: PartnerRequest) -> HttpResponse:
    """What co-op is, and that its claims are made elsewhere (Q46)."""
    return render(request, "partners/coop.html", {"membership": request.membership})


@partner_required
@require_http_methods(["GET", "HEAD", "POST"])
def enrollments(request: PartnerRequest) -> HttpResponse:
    """The own locations and the programmes they are enrolled in (R071); Incentive Admins change them (Q34)."""
    membership = request.membership
    if request.method == "POST":
        location = get_object_or_404(membership.organization.locations, pk=_number(request.POST.get("location", "")))
        act = enroll if request.POST.get("go") == "enroll" else leave_program
        try:
            act(location, program=request.POST.get("program", ""), membership=membership)
            flash.success(request, gettext("Enrollments of {location} changed.").format(location=location))
        except (RuleViolation, ValueError) as refusal:
            flash.error(
                request, refusal.message if isinstance(refusal, RuleViolation) else gettext("There is no such program.")
            )
        if not request.htmx:
            return redirect("enrollments")
    programs = list(program_texts().values())
    rows = _locations_with_programs(membership.organization, programs)
    context = {"rows": rows, "programs": programs, "may_manage": may_manage_enrollments(membership)}
    return render_page(request, "partners/enrollments.html", context, fragment="locations")


def _locations_with_programs(organization: PartnerOrganization, texts: list[ProgramText]) -> list[dict[str, Any]]:
    rows = []
    for location in organization.locations.prefetch_related("enrollments"):
        enrolled = {each.program for each in location.enrollments.all()}
        programs = [{"program": program, "enrolled": program.code in enrolled} for program in texts]
        rows.append({"location": location, "programs": programs})
    return rows


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
