"""The change log: what staff did in the admin, newest first, to look at and to take away."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kit.admin_bases import ReadOnly
from kit.admin_tools import Tool, WithTools
from kit.spreadsheets import stream_csv

COLUMNS = (_("Time (UTC)"), _("Person"), _("E-mail"), _("Action"), _("Kind"), _("Object ID"), _("Object"), _("What"))
IN_SHORT = 160  # characters of an entry in the list; its own page has all
_SHOWN: tuple[str, ...] = ("at", "person", "action", "table", "changed", "what")


@admin.register(LogEntry)
class ChangeLogAdmin(WithTools, ReadOnly):
    """Every addition, change, deletion, action and import of staff. The database refuses to change or delete a row."""

    list_display = (*_SHOWN[:-1], "in_short")
    list_display_links = ["at"]
    list_filter = [
        "action_flag",
        ("content_type", admin.RelatedOnlyFieldListFilter),
        ("user", admin.RelatedOnlyFieldListFilter),
        "action_time",
    ]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "=object_id", "change_message"]
    search_help_text = _("Name or number of what was changed, or words of the change.")
    ordering = ["-pk"]
    fields = readonly_fields = _SHOWN

    def get_tools(self, request: HttpRequest) -> list[Tool]:
        address = reverse("admin:admin_logentry_export", query=request.GET)
        return [Tool(gettext("Export as CSV"), address)]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": gettext("Change log"), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export)
        return [path("export/", export, name="admin_logentry_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """The entries that search and filters leave, all of them, as CSV. Needs the permission to view the log."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect("admin:admin_logentry_changelist")
        answer = StreamingHttpResponse(stream_csv(rows_of(found)), content_type="text/csv; charset=utf-8")
        name = f"Change log {timezone.localdate():%Y-%m-%d}.csv"  # unread
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    @admin.display(description=_("time"), ordering="pk")
    def at(self, entry: LogEntry) -> Any:
        return entry.action_time

    @admin.display(description=_("person"))
    def person(self, entry: LogEntry) -> str:
        return entry.user.get_full_name()

    @admin.display(description=_("action"))
    def action(self, entry: LogEntry) -> str:
        return entry.get_action_flag_display()

    @admin.display(description=_("kind"))
    def table(self, entry: LogEntry) -> str:
        return kind_of(entry)

    @admin.display(description=_("object"))
    def changed(self, entry: LogEntry) -> str:
        address = None if entry.is_deletion() else entry.get_admin_url()
        return format_html('<a href="{}">{}</a>', address, entry.object_repr) if address else entry.object_repr

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message() or entry.get_action_flag_display()

    @admin.display(description=_("what"))
    def in_short(self, entry: LogEntry) -> str:
        return Truncator(self.what(entry)).chars(IN_SHORT)


def kind_of(entry: LogEntry) -> str:
    """The kind of thing that was changed: «Tenant»; empty when its table is no more."""
    model = entry.content_type.model_class() if entry.content_type else None
    name = str(model._meta.verbose_name) if model else ""
    return name[:1].upper() + name[1:]


def rows_of(entries: QuerySet[LogEntry]) -> Iterator[list[Any]]:
    """Heading and lines of the export, read in pieces."""
    yield [str(column) for column in COLUMNS]
    for entry in entries.iterator(chunk_size=1000):
        yield [
            f"{entry.action_time:%Y-%m-%d %H:%M:%S}", entry.user.get_full_name(), entry.user.email,
            entry.get_action_flag_display(), kind_of(entry), entry.object_id, entry.object_repr,
            entry.get_change_message(),
        ]  # fmt: skip
