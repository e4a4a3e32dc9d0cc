"""What leads keep of the desk in the admin; reviewers and auditors read it."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.findings import fill_in
from claims.reason_admin import SAMPLES
from kit.admin_bases import KeepsRows
from kit.admin_rows import NamedRows
from review.bar_admin import BarAdmin
from review.models import CannedMessage, RubricCriterion

__all__ = ["BarAdmin", "CannedMessageAdmin", "RubricCriterionAdmin"]


@admin.register(CannedMessage)
class CannedMessageAdmin(NamedRows, KeepsRows):
    """Messages that reviewers start from. What was sent keeps its words: a message is copied, never referred to."""

    list_display = ["title", "goes_with", "position", "is_active"]
    list_editable = ["position", "is_active"]
    list_filter = ["is_active", "goes_with"]
    search_fields = ["title", "text"]
    ordering = ["position", "title"]
    fields = ["title", "text", "printed", "goes_with", "position", "is_active"]
    readonly_fields = ["printed"]

    @admin.display(description=_("the partner reads, for example"))
    def printed(self, message: CannedMessage) -> str:
        if not message.pk:
            return gettext("Shown once it is saved.")
        samples = {word: str(sample) for word, sample in SAMPLES.items()}
        return mark_safe(linebreaks(fill_in(message.text, samples), autoescape=True))  # noqa: S308 - escaped just here


@admin.register(RubricCriterion)
class RubricCriterionAdmin(NamedRows, KeepsRows):
    """By what proofs of rivals are compared. A criterion is retired, not deleted: earlier decisions rest on it."""

    list_display = ["title", "code", "weight", "position", "is_active"]
    list_editable = ["weight", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["title", "guidance"]
    ordering = ["position", "title"]

    def get_readonly_fields(self, request: HttpRequest, obj: RubricCriterion | None = None) -> list[str]:
        return ["code"] if obj else []
