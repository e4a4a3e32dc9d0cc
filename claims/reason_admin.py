"""Keeping the coded reasons in the admin: their texts, their order, and how the partner reads them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.findings import fill_in
from claims.models import ReasonCode
from kit.admin_bases import KeepsRows
from kit.admin_rows import NamedRows

SAMPLES = {
    "claim": "M365 for Contoso (1000004)",  # unread
    "customer": "contoso.onmicrosoft.com",
    "partner": "Fabrikam Consulting",  # unread
    "product": "INTUNE",
    "document": "«Statement of Work.pdf»",  # unread
    "field": _("Customer contact"),
}
WITHOUT_USE = _(
    "Allow it to be asked for, to be a reason to reject, or both. To stop offering it, take «Is active» away instead."
)


class ReasonCodeForm(forms.ModelForm):
    """A reason that is offered serves a decision."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse a reason that fits no decision."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("for_action") and not cleaned.get("for_rejection"):
            self.add_error("for_action", WITHOUT_USE)
        return cleaned


@admin.register(ReasonCode)
class ReasonCodeAdmin(NamedRows, KeepsRows):
    """The texts that partners read. A code stays as it is: the rules and the history name it; retire it instead.

    What was told before keeps its words, since history and fix lists copy them.
    """

    form = ReasonCodeForm
    list_display = ["title", "code", "about", "for_action", "for_rejection", "position", "is_active"]
    list_editable = ["position", "is_active"]
    list_filter = ["is_active", "about", "for_action", "for_rejection"]
    search_fields = ["code", "title", "text"]
    ordering = ["position", "title"]
    fields = [
        "code", "title", "text", "printed", "about", "for_action", "for_rejection", "position", "is_active",
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: ReasonCode | None = None) -> list[str]:
        return ["code", "printed"] if obj else ["printed"]

    @admin.display(description=_("the partner reads, for example"))
    def printed(self, reason: ReasonCode) -> str:
        if not reason.pk:
            return gettext("Shown once it is saved.")
        return format_html(
            "<strong>{}.</strong> {}",
            reason.title,
            fill_in(reason.text, {name: str(sample) for name, sample in SAMPLES.items()}),
        )
