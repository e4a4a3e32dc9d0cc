"""Invitations: list, a new one, once more, taken back."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.errors import RuleViolation
from kit.pages import go_to
from partners.access import PartnerRequest, admin_required, partner_required
from partners.models import Invitation
from partners.organization.forms import InvitationForm
from partners.organization.inviting import VALID_DAYS, AddressRefused, invite, revoke, send_again
from partners.organization.views.answers import show


@partner_required
@require_safe
def invitations(request: PartnerRequest) -> HttpResponse:
    """The invitations that wait for an answer; expired ones stay until they are sent again or revoked."""
    now = timezone.now()
    unanswered = request.membership.organization.invitations.filter(accepted_at=None, revoked_at=None)
    found = unanswered.select_related("invited_by").prefetch_related("locations")
    rows = [{"invitation": each, "expired": each.state(now=now) == "expired"} for each in found]
    return show(request, "invitations", fragment="list", rows=rows, section="invitations")


@admin_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PartnerRequest) -> HttpResponse:
    """Invite a person by e-mail."""
    organization = request.membership.organization
    form, refusal = InvitationForm(request.POST if request.method == "POST" else None, organization=organization), ""
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("email", "full_name", "role")}
        try:
            invite(**given, locations=form.chosen_locations, by=request.membership, now=timezone.now())
            flash.success(request, gettext("Invitation to {email} is on its way.").format(email=given["email"]))
            return go_to(request, reverse("organization-invitations"))
        except AddressRefused as violation:
            form.add_error("email", violation.message)
        except RuleViolation as violation:
            refusal = violation.message
    status = 409 if refusal else 422 if form.errors else 200
    context = {"form": form, "refusal": refusal, "valid_days": VALID_DAYS, "section": "invitations"}
    return show(request, "invite", fragment="dialog", status=status, **context)


@admin_required
@require_POST
def resend(request: PartnerRequest, invitation_id: int) -> HttpResponse:
    """Send a new link; the earlier one stops working."""
    invitation = _invitation(request, invitation_id)
    try:
        send_again(invitation, by=request.membership, now=timezone.now())
        flash.success(
            request,
            gettext("Invitation to {email} is on its way again. Only the new link works.").format(
                email=invitation.email
            ),
        )
    except RuleViolation as violation:
        flash.error(request, violation.message)
    return go_to(request, reverse("organization-invitations"))


@admin_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PartnerRequest, invitation_id: int) -> HttpResponse:
    """Ask once more, then take the invitation back."""
    invitation = _invitation(request, invitation_id)
    if request.method != "POST":
        return show(request, "revoke", fragment="dialog", invitation=invitation, section="invitations")
    try:
        revoke(invitation, by=request.membership, now=timezone.now())
        flash.success(request, gettext("Invitation to {email} revoked.").format(email=invitation.email))
    except RuleViolation as violation:
        flash.error(request, violation.message)
    return go_to(request, reverse("organization-invitations"))


def _invitation(request: PartnerRequest, invitation_id: int) -> Invitation:
    return get_object_or_404(request.membership.organization.invitations, pk=invitation_id)
