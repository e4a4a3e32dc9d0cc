"""The frame of the desk's own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from kit.pages import render_page


def render_desk(
    request: HttpRequest, template: str, context: dict[str, Any], *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Render a page of the desk in the admin's frame, without the list of tables beside it: it needs the room.

    ``fragment`` names the part of the template that HTMX gets instead.
    """
    frame = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False}
    return render_page(request, template, frame | context, fragment=fragment, status=status)
