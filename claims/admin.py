"""What staff see and keep of claims in the admin. A claim itself moves only through the desk, never by a form here."""

from django.contrib import admin
from django.http import HttpRequest

from claims.models import Association, ReasonCode
from kit.admin_bases import KeepsRows, ReadOnly


@admin.register(ReasonCode)
class ReasonCodeAdmin(KeepsRows):
    """The texts that partners read. A code stays as it is: the rules and the history name it; retire it instead."""

    list_display = ["title", "code", "for_action", "for_rejection", "position", "is_active"]
    list_filter = ["is_active", "for_action", "for_rejection"]
    search_fields = ["code", "title", "text"]
    ordering = ["position", "title"]

    def get_readonly_fields(self, request: HttpRequest, obj: ReasonCode | None = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(Association)
class AssociationAdmin(ReadOnly):
    """Who is partner of record for what. Read-only: a decision, a denial or the partner opens and ends it."""

    list_display = ["organization", "tenant", "product", "subscription", "exclusive", "started_at", "ended_at"]
    list_filter = ["exclusive", ("ended_at", admin.EmptyFieldListFilter), "end_reason"]
    list_select_related = ["organization", "tenant", "product", "subscription"]
    search_fields = ["=claim__pk", "organization__name", "tenant__display_name", "tenant__domains__name"]
    search_help_text = "A claim's number, a partner's name, or a customer's name or domain."
    ordering = ["-started_at", "-pk"]
