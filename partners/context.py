"""What every page's frame needs to know of the partner."""

from typing import Any

from django.http import HttpRequest

from partners.access import membership_of


def membership(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``membership`` of the signed-in person, or None."""
    return {"membership": membership_of(request)}
