"""Partner organisations, their locations, enrolments and people, kept by staff."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from kit.admin_bases import KeepsRows
from partners.models import Enrollment, Location, Membership, PartnerOrganization


class LocationInline(admin.TabularInline):
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


class EnrollmentInline(admin.TabularInline):
    """The incentive programmes that a location takes part in (Q12)."""

    model = Enrollment
    extra = 0
    readonly_fields = ["enrolled_at"]


@admin.register(PartnerOrganization)
class PartnerOrganizationAdmin(admin.ModelAdmin):
    """Partner companies. One with claims cannot be deleted."""

    list_display = ["name", "preferred_contact_name", "preferred_contact_email", "created_at"]
    search_fields = ["name", "=locations__mpn_id"]
    search_help_text = "A name, or a whole MPN ID."
    readonly_fields = ["created_at"]
    inlines = [LocationInline]


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
class MembershipAdmin(admin.ModelAdmin):
    """Who works for which partner in which role (R014). A person and its organisation are set once."""

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
