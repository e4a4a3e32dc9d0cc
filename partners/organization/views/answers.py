"""How the pages of the settings answer."""

from typing import Any

from django.http import HttpResponse

from kit.pages import render_page
from partners.access import PartnerRequest
from partners.organization.managing import may_manage


def show(
    request: PartnerRequest, template: str, *, status: int = 200, fragment: str = "", **context: Any
) -> HttpResponse:
    """A page of the settings: knows the organisation, and whether this person may change anything."""
    membership = request.membership
    context |= {"organization": membership.organization, "may_manage": may_manage(membership)}
    return render_page(request, f"partners/organization/{template}.html", context, fragment=fragment, status=status)


def number(text: str | None) -> int | None:
    """A row's number from a query; anything else is no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
