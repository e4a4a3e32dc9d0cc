"""The list of unfinished associations, where it stands on Home and on the dashboard."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from claims.wizard.drafts import delete_draft, resume_list
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required

SHOWN_ON = {"home", "associations"}


@partner_required
@require_POST
def delete(request: PartnerRequest, draft_id: UUID) -> HttpResponse:
    """Delete an own unfinished association, and show what is left of the list, where it stood (Q48)."""
    membership = request.membership
    draft = get_object_or_404(
        membership.user.claim_drafts, pk=draft_id, claim=None, organization=membership.organization
    )
    delete_draft(membership, draft)
    flash.success(request, gettext("The unfinished association “{name}” was deleted.").format(name=draft.shown_name))
    back = request.POST.get("back", "")
    back = back if back in SHOWN_ON else "home"
    if not request.htmx:
        return redirect(back)
    context = {"unfinished": resume_list(membership, now=timezone.now()), "back": back, "swapped": True}
    return render_page(request, "claims/drafts_list.html", context, fragment="list")
