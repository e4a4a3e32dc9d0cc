"""What every page's frame needs to know of the notices."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notifications.notices import count_unread


def unread(request: HttpRequest) -> dict[str, Any]:
    """Template context ``unread_notices``: a number from 0 to 100, asked of the database once and only when
    used.
    """

    def count() -> int:
        user = getattr(request, "user", None)
        return count_unread(user) if user is not None and user.is_authenticated else 0

    return {"unread_notices": SimpleLazyObject(count)}
