"""Keeping the coded reasons in the admin: their texts, their order, and how the partner reads them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.findings import USED_BY_PORTAL, fill_in
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
KEPT_FOR_PORTAL = _("The portal itself rejects with this reason, so it stays one to reject. Its texts can be changed.")


class ReasonCodeForm(forms.ModelForm):
    """A reason that is offered serves a decision."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse a reason that fits no decision."""
        cleaned = super().clean() or self.cleaned_data
        serves = [cleaned.get(name, getattr(self.instance, name)) for name in ("for_action", "for_rejection")]
        if not any(serves):
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
        """A code, and that the portal rejects with it; where the latter was taken away before, it can be given back."""
        if obj is None:
            return ["printed"]
        return ["code", "printed", *(["for_rejection"] if _is_kept(obj) else [])]

    def get_form(
        self, request: HttpRequest, obj: ReasonCode | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        if obj and _is_kept(obj):
            kwargs["help_texts"] = {"for_rejection": KEPT_FOR_PORTAL}
        return super().get_form(request, obj, change, **kwargs)

    @admin.display(description=_("the partner reads, for example"))
    def printed(self, reason: ReasonCode) -> str:
        if not reason.pk:
            return gettext("Shown once it is saved.")
        return format_html(
            "<strong>{}.</strong> {}",
            reason.title,
            fill_in(reason.text, {name: str(sample) for name, sample in SAMPLES.items()}),
        )


def _is_kept(reason: ReasonCode) -> bool:
    """Whether cases or clocks could not reject any more if it was no reason to reject."""
    return reason.code in USED_BY_PORTAL and reason.for_rejection
