"""How much time is left for a claim, in words and as a tone: colour never speaks alone."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

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
        return Due(day, "start today" if starts else "due today", "today")
    count = abs(calendar.between(today, day))
    days = f"{count} business day{'' if count == 1 else 's'}"
    if day < today:
        late = f"{days} overdue" if count else "overdue"
        return Due(day, f"start {late}" if starts else late, "late")
    tone = "soon" if count <= SOON else "calm"
    return Due(day, f"start by {date_format(day, 'M j')}" if starts else f"{days} left", tone)
