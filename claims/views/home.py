"""Home of a partner."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims.home import MOST_WAITING, dates_to_keep, figures_of, latest_decisions, ready_to_submit, waiting_for_partner
from claims.wizard.drafts import resume_list
from partners.access import PartnerRequest, partner_required


@partner_required
@require_safe
def partner_home(request: PartnerRequest) -> HttpResponse:
    """What needs the partner's action, dates to keep, decisions and numbers of the own organization (R007, R010)."""
    now, organization = timezone.now(), request.membership.organization
    figures = figures_of(organization)
    unfinished = resume_list(request.membership, now=now)
    if not unfinished and not any(figure.count for figure in figures):
        return render(request, "claims/home.html", {"first_use": True})
    left_behind = {item.address for item in unfinished}
    ready = [claim for claim in ready_to_submit(organization)[:20] if claim.get_absolute_url() not in left_behind]
    context = {
        "figures": figures,
        "waiting": waiting_for_partner(organization, now=now),
        "ready": ready[:MOST_WAITING],
        "unfinished": unfinished,
        "dates": dates_to_keep(organization, now=now),
        "decisions": latest_decisions(organization),
    }
    return render(request, "claims/home.html", context)
