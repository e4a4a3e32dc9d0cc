"""«Customer Associations»: the partner's list of claims."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims.queries import claims_page
from claims.wizard.drafts import resume_list
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required


@partner_required
@require_safe
def dashboard(request: PartnerRequest) -> HttpResponse:
    """The table of the own organisation's claims, newest activity first (R020, R026-R030), and unfinished wizards."""
    page = claims_page(request.membership.organization, after=request.GET.get("after", ""))
    unfinished = resume_list(request.membership, now=timezone.now()) if page.is_first else []
    context = {"page": page, "unfinished": unfinished}
    return render_page(request, "claims/dashboard.html", context, fragment="claims_table")
