"""The organisation itself: name, locations, preferred contact; and the list of changes."""

from django.contrib import messages as flash
from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from kit.errors import RuleViolation
from kit.pages import go_to
from partners.access import PartnerRequest, admins_change, partner_required
from partners.organization.changes import page_of_changes
from partners.organization.forms import ContactForm
from partners.organization.managing import set_preferred_contact
from partners.organization.views.answers import number, show


@admins_change
@require_http_methods(["GET", "HEAD", "POST"])
def organization(request: PartnerRequest) -> HttpResponse:
    """Name, MPN locations and preferred contact; Incentive Admins change the contact (Q34)."""
    own = request.membership.organization
    initial = {"name": own.preferred_contact_name, "email": own.preferred_contact_email}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            changed = set_preferred_contact(**form.cleaned_data, by=request.membership, now=timezone.now())
            flash.success(
                request,
                gettext("Preferred contact saved.")
                if changed
                else gettext("The preferred contact is the same as before."),
            )
            return go_to(request, reverse("organization"))
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
    locations = own.locations.aggregate(
        active=Count("pk", filter=Q(is_active=True), distinct=True),
        inactive=Count("pk", filter=Q(is_active=False), distinct=True),
        enrolled=Count("pk", filter=Q(is_active=True, enrollments__isnull=False), distinct=True),
    )
    people = own.memberships.aggregate(all=Count("pk"))["all"]
    context = {"form": form, "locations": locations, "people": people, "section": "organization"}
    return show(request, "organization", fragment="contact", status=422 if form.errors else 200, **context)


@partner_required
@require_safe
def changes(request: PartnerRequest) -> HttpResponse:
    """Who changed what about the organisation and its people, newest first, paged by key."""
    before = number(request.GET.get("before"))
    rows, older = page_of_changes(request.membership.organization, before=before)
    return show(request, "changes", fragment="list", rows=rows, older=older, newest=before is None, section="changes")
