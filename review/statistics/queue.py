"""What waits for Microsoft now: how much, how old, how much is late, and who has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext_lazy

from claims.calendar import BusinessCalendar
from claims.enums import IN_REVIEW, ClaimStatus
from claims.models import Claim
from kit.texts import Text

_ORDER = (ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.DISPUTED)
_BANDS = (
    (gettext_lazy("0 to 1"), 1),
    (gettext_lazy("2 to 3"), 3),
    (gettext_lazy("4 to 5"), 5),
    (gettext_lazy("6 to 10"), 10),
)
_OLDER = gettext_lazy("More than 10")


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """Claims in review with the same status, reviewer and due day."""

    status: str
    reviewer_id: int | None
    due_on: date | None
    number: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Claims that wait, with ages in business days; ``oldest`` and ``average`` are None when no age is known."""

    number: int
    overdue: int
    due_today: int
    due_this_week: int
    oldest: int | None
    average: float | None


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue now: per status, altogether, by age, and the claims that nobody has."""

    rows: list[tuple[Text, Waiting]]
    total: Waiting
    ages: dict[str, int]
    unassigned: int
    unassigned_overdue: int


def open_groups() -> list[OpenGroup]:
    """All claims in review, counted by status, reviewer and due day. One query; its rows grow with days, not with claims."""
    waiting = Claim.objects.filter(status__in=sorted(IN_REVIEW)).order_by()
    rows = waiting.values_list("status", "reviewer_id", "queue_due_on").annotate(number=Count("pk"))
    return [OpenGroup(*row) for row in rows]


def queue_now(groups: Sequence[OpenGroup], *, today: date, calendar: BusinessCalendar) -> Queue:
    """The queue as a lead reads it. A claim is due on the day by which Microsoft begins or answers its review (R162).

    Its age is the number of business days that its clock has run: the five that it gets, less those until its due day.
    """
    ages = dict.fromkeys([*(str(label) for label, _ in _BANDS), str(_OLDER)], 0)
    for group in groups:
        age = age_of(group, today=today, calendar=calendar)
        if age is not None:
            ages[_band(age)] += group.number
    rows: list[tuple[Text, Waiting]] = [
        (status.label, waiting([each for each in groups if each.status == status], today=today, calendar=calendar))
        for status in _ORDER
    ]
    free = [group for group in groups if group.reviewer_id is None]
    return Queue(
        rows=rows,
        total=waiting(groups, today=today, calendar=calendar),
        ages=ages,
        unassigned=sum(group.number for group in free),
        unassigned_overdue=sum(group.number for group in free if _is_overdue(group, today)),
    )


def waiting(groups: Iterable[OpenGroup], *, today: date, calendar: BusinessCalendar) -> Waiting:
    """The sums of some groups. «This week» ends on Sunday and begins with all that is overdue."""
    found = list(groups)
    week_ends = today + timedelta(days=6 - today.weekday())
    aged = [(age_of(each, today=today, calendar=calendar), each.number) for each in found]
    known = [(age, number) for age, number in aged if age is not None]
    count = sum(number for _, number in known)
    return Waiting(
        number=sum(each.number for each in found),
        overdue=sum(each.number for each in found if _is_overdue(each, today)),
        due_today=sum(each.number for each in found if each.due_on == today),
        due_this_week=sum(each.number for each in found if each.due_on and each.due_on <= week_ends),
        oldest=max((age for age, _ in known), default=None),
        average=sum(age * number for age, number in known) / count if count else None,
    )


def age_of(group: OpenGroup, *, today: date, calendar: BusinessCalendar) -> int | None:
    """For how many business days the clock of these claims has run; None when they have no due day."""
    if group.due_on is None:
        return None
    return max(0, int(settings.REVIEW_BUSINESS_DAYS) + calendar.between(group.due_on, today))


def _is_overdue(group: OpenGroup, today: date) -> bool:
    return group.due_on is not None and group.due_on < today


def _band(age: int) -> str:
    return str(next((label for label, most in _BANDS if age <= most), _OLDER))
