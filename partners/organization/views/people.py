"""The people of the organisation: list, one person, removal."""

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from kit.errors import RuleViolation
from kit.pages import go_to
from partners.access import PartnerRequest, admin_required, admins_change, partner_required
from partners.models import Membership
from partners.organization.forms import MemberForm
from partners.organization.people import change_member, is_last_admin, remove_member
from partners.organization.views.answers import show

PAGE = 25


@partner_required
@require_safe
def people(request: PartnerRequest) -> HttpResponse:
    """Everybody who belongs to the organisation, found by name or address."""
    sought = " ".join(request.GET.get("q", "").replace("\0", "").split())[:200]
    found = request.membership.organization.memberships.select_related("user").prefetch_related("locations")
    found = found.order_by("user__full_name", "user__email")
    for word in sought.split()[:5]:
        found = found.filter(Q(user__full_name__icontains=word) | Q(user__email__icontains=word))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return show(request, "people", fragment="list", page=page, sought=sought, section="people")


@admins_change
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: PartnerRequest, membership_id: int) -> HttpResponse:
    """One person: role and MPN access; Incentive Admins change those of others (Q34)."""
    member = _member(request, membership_id)
    form, refusal = MemberForm.of(member, request.POST if request.method == "POST" else None), ""
    if form.is_valid():
        chosen, role = form.chosen_locations, form.cleaned_data["role"]
        try:
            changed = change_member(member, role=role, locations=chosen, by=request.membership, now=timezone.now())
            name = member.user.get_full_name()
            flash.success(
                request,
                gettext("Role and access of {name} saved.").format(name=name)
                if changed
                else gettext("Nothing changed for {name}.").format(name=name),
            )
            return go_to(request, reverse("organization-people"))
        except RuleViolation as violation:
            refusal = violation.message
            member = _member(request, membership_id)
    status = 409 if refusal else 422 if form.errors else 200
    context = {"member": member, "form": form, "refusal": refusal, "is_self": _is_self(request, member)}
    only_admin = is_last_admin(member)
    return show(request, "person", fragment="dialog", status=status, only_admin=only_admin, section="people", **context)


@admin_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: PartnerRequest, membership_id: int) -> HttpResponse:
    """Ask once more, with what follows from it; then take the person out of the organisation."""
    member, refusal = _member(request, membership_id), ""
    if request.method == "POST":
        try:
            remove_member(member, by=request.membership, now=timezone.now())
            flash.success(
                request,
                gettext("{name} no longer belongs to the organization.").format(name=member.user.get_full_name()),
            )
            return go_to(request, reverse("organization-people"))
        except RuleViolation as violation:
            refusal = violation.message
    context = {"member": member, "refusal": refusal, "is_self": _is_self(request, member)}
    return show(request, "remove", fragment="dialog", status=409 if refusal else 200, section="people", **context)


def _member(request: PartnerRequest, membership_id: int) -> Membership:
    members = request.membership.organization.memberships.select_related("user", "organization")
    return get_object_or_404(members.prefetch_related("locations"), pk=membership_id)


def _is_self(request: PartnerRequest, member: Membership) -> bool:
    return member.pk == request.membership.pk
