"""What must hold of the desk's settings before the portal starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register("review")
def check_desk_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The digest has an hour of the day, and the sample for second looks is a share of a hundred."""
    found: list[CheckMessage] = []
    if not 0 <= settings.DIGEST_HOUR <= 23:
        told = f"DIGEST_HOUR is {settings.DIGEST_HOUR}, but hours go from 0 to 23."  # unread
        hint = "Give the hour at which the morning list is sent, such as 7."  # unread
        found.append(Error(told, hint=hint, id="review.E001"))
    if not 0 <= settings.SECOND_LOOK_PERCENT <= 100:
        told = f"SECOND_LOOK_PERCENT is {settings.SECOND_LOOK_PERCENT}, but a share goes from 0 to 100."  # unread
        found.append(Error(told, hint="Give a whole number; the process says 5.", id="review.E002"))  # unread
    return found
