"""Who has how much to do, for planning. By name, never by rank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import User
from claims.calendar import BusinessCalendar
from review.assigning import deciders
from review.statistics.queue import OpenGroup, Waiting, waiting


@dataclass(frozen=True, slots=True)
class Workload:
    """One reviewer's open claims and decisions of the range."""

    person: User
    open: Waiting
    decided: int


def workload_of(
    groups: Sequence[OpenGroup], *, decided: Mapping[int, int], today: date, calendar: BusinessCalendar
) -> list[Workload]:
    """Everybody who decides now, has open claims, or decided in the range, by name. One query."""
    busy = {group.reviewer_id for group in groups if group.reviewer_id is not None} | set(decided)
    current = deciders().order_by().values("pk")
    people = User.objects.filter(Q(pk__in=current) | Q(pk__in=sorted(busy))).order_by("full_name", "email")
    return [
        Workload(
            person=person,
            open=waiting([each for each in groups if each.reviewer_id == person.pk], today=today, calendar=calendar),
            decided=decided.get(person.pk, 0),
        )
        for person in people
    ]
