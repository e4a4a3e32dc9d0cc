"""Partner organisations, their locations, enrolments and people, kept by staff."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kit.admin_audit import Audited
from kit.admin_bases import KeepsRows
from kit.admin_rows import RowInline
from kit.errors import RuleViolation
from partners.models import Enrollment, Location, Membership, PartnerOrganization, Program, Role
from partners.organization.changes import Kind, access_text, record_change
from partners.organization.managing import contact_text
from partners.programs import require_open, save_program


class LocationInline(RowInline):
    """The MPN locations of an organisation, to look at; each is changed on its own page."""

    model = Location
    extra = 0
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EnrollmentForm(forms.ModelForm):
    """One enrolment. What is enrolled stays as it is; a programme that is closed takes no new ones."""

    class Meta:
        model = Enrollment
        fields = ["program"]

    def clean_program(self) -> str:
        program = self.cleaned_data["program"]
        if program != self.instance.program or self.instance.pk is None:
            try:
                require_open(program)
            except RuleViolation as refusal:
                raise ValidationError(refusal.message) from refusal
        return program


class EnrollmentInline(RowInline):
    """The incentive programmes that a location takes part in (Q12)."""

    model = Enrollment
    form = EnrollmentForm
    extra = 0
    readonly_fields = ["enrolled_at"]


@admin.register(Program)
class ProgramAdmin(KeepsRows):
    """The words of the three programmes. Their codes and number are fixed, because the rules go by them (R001)."""

    list_display = ["name", "code", "summary", "is_open", "position"]
    fields = ["code", "name", "summary", "guide_link", "is_open", "position"]
    readonly_fields = ["code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Program, form: forms.ModelForm, change: bool) -> None:
        save_program(obj)


@admin.register(PartnerOrganization)
class PartnerOrganizationAdmin(KeepsRows):
    """Partner companies. What staff change of the preferred contact, the company finds in its own list of changes."""

    list_display = ["name", "preferred_contact_name", "preferred_contact_email", "created_at"]
    search_fields = ["name", "=locations__mpn_id"]
    search_help_text = _("A name, or a whole MPN ID.")
    readonly_fields = ["created_at"]
    inlines = [LocationInline]

    def save_model(self, request: HttpRequest, obj: PartnerOrganization, form: forms.ModelForm, change: bool) -> None:
        before = PartnerOrganization.objects.get(pk=obj.pk) if change else obj
        super().save_model(request, obj, form, change)
        if contact_text(before) != contact_text(obj):
            tell_company(Kind.CONTACT, organization=obj, old=contact_text(before), new=contact_text(obj))


@admin.register(Location)
class LocationAdmin(KeepsRows):
    """MPN locations. Owner and MPN ID stay as they are, since claims were filed under them (R072).

    One that is given up is made inactive: people limited to a deleted one would gain access to all (R071).
    """

    list_display = ["label", "mpn_id", "organization", "is_active"]
    list_filter = ["is_active", "enrollments__program", "country"]
    list_select_related = ["organization"]
    search_fields = ["city", "=mpn_id", "organization__name"]
    autocomplete_fields = ["organization"]
    inlines = [EnrollmentInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Location | None = None) -> list[str]:
        return ["organization", "mpn_id"] if obj else []


@admin.register(Membership)
class MembershipAdmin(Audited):
    """Who works for which partner in which role (R014). A person and its organisation are set once.

    A membership may be deleted, for that is how a person leaves; claims and history name the person all the same. What
    staff do here the company finds in its own list of changes, as done by Microsoft.
    """

    list_display = ["user", "organization", "role"]
    list_filter = ["role"]
    list_select_related = ["user", "organization"]
    search_fields = ["user__email", "user__full_name", "organization__name"]
    raw_id_fields = ["user"]
    autocomplete_fields = ["organization"]
    filter_horizontal = ["locations"]

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        return ["user", "organization"] if obj else []

    def get_exclude(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        """The limit to locations comes after the organisation is known: only its own can be chosen (R071)."""
        return [] if obj else ["locations"]

    def get_form(self, request: HttpRequest, obj: Membership | None = None, change: bool = False, **kwargs: Any):
        request._membership_of = obj.organization_id if obj else None  # type: ignore[attr-defined]
        return super().get_form(request, obj, change, **kwargs)

    def formfield_for_manytomany(self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "locations":
            organization = getattr(request, "_membership_of", None)
            kwargs["queryset"] = Location.objects.filter(organization=organization)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Save the access too, then tell the company what is different."""
        membership = form.instance
        old_access = access_text(membership.locations.all())
        super().save_related(request, form, formsets, change)
        told = {"organization": membership.organization, "person": membership.user}
        role = membership.get_role_display()
        if not change:
            tell_company(Kind.ADDED, new=role, **told)
        elif "role" in form.changed_data:
            old_role = str(Role(form.initial["role"]).label)
            tell_company(Kind.ROLE, old=old_role, new=role, **told)
        if change and "locations" in form.changed_data:
            tell_company(Kind.ACCESS, old=old_access, new=access_text(membership.locations.all()), **told)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        tell_company(Kind.REMOVED, organization=obj.organization, person=obj.user, old=obj.get_role_display())
        super().delete_model(request, obj)


def tell_company(kind: str, **what: Any) -> None:
    """Write a row into the company's own list of changes; partners read «Microsoft» for staff (Q50)."""
    record_change(kind, actor=None, now=timezone.now(), **what)
