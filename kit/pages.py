"""One view, one template: the whole page for a browser, one named part of it for HTMX."""

import json
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render ``template``, or only its partial ``fragment`` when HTMX asks. The server picks the fragment.

    A part has no place for the messages that wait for this person, so they go along as a toast. Sets
    ``Vary: HX-Request`` so that no cache mixes the two.
    """
    asks_for_part = bool(fragment) and getattr(request, "htmx", False) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    name = f"{template}#{fragment}" if asks_for_part else template
    response = render(request, name, context, status=status)
    if asks_for_part and (waiting := list(get_messages(request))):
        toast = {"level": waiting[-1].level_tag, "message": " ".join(str(each) for each in waiting)}
        response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Lead to another page of the portal: the browser itself, also when HTMX asked for a part (from a dialog)."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
