"""What must hold before the portal starts."""

from typing import Any

import holidays
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext

TAG = "review_clock"


@register(TAG)
def check_review_clock(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The review clock can count: its country has a calendar, and it runs for at least one business day (R162, Q42)."""
    found: list[CheckMessage] = []
    country = settings.REVIEW_CALENDAR_COUNTRY
    if country not in holidays.list_supported_countries(include_aliases=False):
        told = gettext("REVIEW_CALENDAR_COUNTRY is «{country}», and no calendar of holidays is known for it.").format(
            country=country
        )
        found.append(
            Error(told, hint=gettext("Give a country's two capital letters, such as US or DE."), id="claims.E001")
        )
    if settings.REVIEW_BUSINESS_DAYS < 1:
        told = gettext(
            "REVIEW_BUSINESS_DAYS is {review_business_days}, but a review takes at least one business day."
        ).format(review_business_days=settings.REVIEW_BUSINESS_DAYS)
        found.append(Error(told, hint=gettext("Give a whole number from 1 on; the process says 5."), id="claims.E002"))
    return found


def refuse_unfit_review_clock() -> None:
    """Stop a process whose review clock cannot count, where no command of Django looked at the checks before.

    Raises ImproperlyConfigured with the sentences of the check.
    """
    told = [f"{each.msg} {each.hint}" for each in check_review_clock(None)]
    if told:
        raise ImproperlyConfigured(" ".join(told))
