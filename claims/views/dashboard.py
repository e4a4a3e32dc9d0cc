"""«Customer Associations»: the partner's list of claims."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from claims.models import ClaimDraft
from claims.queries import claims_page
from claims.wizard.drafts import open_drafts
from claims.wizard.state import BY_SLUG
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required


@partner_required
@require_safe
def dashboard(request: PartnerRequest) -> HttpResponse:
    """The table of the own organisation's claims, newest activity first (R020, R026-R030), and unfinished wizards."""
    page = claims_page(request.membership.organization, after=request.GET.get("after", ""))
    drafts = open_drafts(request.membership) if page.is_first else []
    context = {"page": page, "drafts": [_resumable(draft) for draft in drafts]}
    return render_page(request, "claims/dashboard.html", context, fragment="claims_table")


def _resumable(draft: ClaimDraft) -> dict[str, object]:
    """What the list of unfinished associations prints of a draft, and the step to resume at."""
    answers = draft.answers
    last = [slug for slug in BY_SLUG if slug in answers or slug in draft.typed]
    customer = answers.get("customer") or draft.typed.get("customer") or {}
    contacts = draft.typed.get("contacts") or {}
    return {
        "draft": draft,
        "name": (contacts.get("claim_name") or [""])[0],
        "customer": (customer.get("domain") or [""])[0],
        "step": last[-1] if last else "solution-area",
    }
