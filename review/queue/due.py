"""How much time is left for a claim, in words and as a tone: colour never speaks alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, OuterRef, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from claims.calendar import BusinessCalendar, calendar_of
from claims.enums import ClaimStatus
from claims.models import Claim
from claims.models.holiday import Holiday
from review.rows import rows_along

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


def entries_along(today: date) -> ArraySubquery:
    """A column of claims: the entries of staff in the calendar between today and the day each is due, for ``due_with``."""
    now = Value(today, output_field=DateField())
    day = Coalesce(OuterRef("queue_due_on"), OuterRef("review_due_on"), now)
    entries = Holiday.objects.filter(date__gte=Least(day, now), date__lte=Greatest(day, now))
    return rows_along(entries, date="date", is_working_day="is_working_day")


def due_with(entries: Iterable[Mapping[str, Any]], claim: Claim, *, today: date) -> Due | None:
    """``due_of`` for one claim whose ``entries_along`` were read with it."""
    day = claim.queue_due_on or claim.review_due_on or today
    kept = {date.fromisoformat(each["date"]): each["is_working_day"] for each in entries}
    calendar = calendar_of(kept, first=min(day, today), last=max(day, today))
    return due_of(claim, today=today, calendar=calendar)


def _late(count: int, *, starts: bool) -> str:
    if not count:
        return gettext("start overdue") if starts else gettext("overdue")
    if starts:
        told = ngettext("start {count} business day overdue", "start {count} business days overdue", count)
    else:
        told = ngettext("{count} business day overdue", "{count} business days overdue", count)
    return told.format(count=count)
