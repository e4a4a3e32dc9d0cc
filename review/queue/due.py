"""How much time is left for a claim, in words and as a tone: colour never speaks alone."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from claims.calendar import BusinessCalendar
from claims.enums import ClaimStatus
from claims.models import Claim

SOON = 1  # business days left from which a claim is marked


@dataclass(frozen=True, slots=True)
class Due:
    """By which day Microsoft acts next. ``tone`` is late, today, soon or calm."""

    day: date
    text: str
    tone: str


def due_of(claim: Claim, *, today: date, calendar: BusinessCalendar) -> Due | None:
    """The clock of a claim in review: begin by, or answer by (R162, Q42). None for others, and for one without a day."""
    day = claim.queue_due_on or claim.review_due_on
    if not claim.is_in_review or day is None:
        return None
    starts = claim.status == ClaimStatus.SUBMITTED
    if day == today:
        return Due(day, gettext("start today") if starts else gettext("due today"), "today")
    count = abs(calendar.between(today, day))
    if day < today:
        return Due(day, _late(count, starts=starts), "late")
    tone = "soon" if count <= SOON else "calm"
    if starts:
        return Due(day, gettext("start by {day}").format(day=date_format(day, gettext("M j"))), tone)
    return Due(
        day, ngettext("{count} business day left", "{count} business days left", count).format(count=count), tone
    )


def _late(count: int, *, starts: bool) -> str:
    if not count:
        return gettext("start overdue") if starts else gettext("overdue")
    if starts:
        told = ngettext("start {count} business day overdue", "start {count} business days overdue", count)
    else:
        told = ngettext("{count} business day overdue", "{count} business days overdue", count)
    return told.format(count=count)
