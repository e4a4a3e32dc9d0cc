"""Links above a list of the admin, beside «Add»: an import, an export."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from kit.texts import Text


@dataclass(frozen=True, slots=True)
class Tool:
    """One such link."""

    label: Text
    address: str


class WithTools(admin.ModelAdmin):
    """A list with links of its own above it. ``get_tools`` leaves out what the person may not do."""

    change_list_template = "admin/list_with_tools.html"

    def get_tools(self, request: HttpRequest) -> list[Tool]:
        """The links for this person."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"tools": self.get_tools(request), **(extra_context or {})})
