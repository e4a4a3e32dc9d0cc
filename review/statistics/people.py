"""Who has how much to do, for planning. By name, never by rank."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from claims.calendar import BusinessCalendar
from review.assigning import deciders
from review.models import ArbitrationCase, SecondLook
from review.statistics.decisions import decisions_by_person
from review.statistics.queue import OpenGroup, Waiting, waiting
from review.statistics.span import Span


@dataclass(frozen=True, slots=True)
class Workload:
    """One reviewer's open claims and cases, and its decisions and second looks of the range.

    ``name`` tells namesakes apart by their addresses.
    """

    person: User
    name: str
    open: Waiting
    cases: int
    decided: int
    looked: int


@dataclass(frozen=True, slots=True)
class Unassigned:
    """What nobody has: claims, cases, and the second looks that wait, which belong to nobody until they are done."""

    open: Waiting
    cases: int
    looks: int


@dataclass(frozen=True, slots=True)
class People:
    """The work of everybody, and what is left over."""

    workload: list[Workload]
    nobody: Unassigned


def people_over(span: Span, *, groups: Sequence[OpenGroup], calendar: BusinessCalendar, looks_waiting: int) -> People:
    """Everybody who decides now, has open claims or cases, or decided or looked in the range, by name. Four queries."""
    decided, cases, looked = decisions_by_person(span), _open_cases(), _looks_by_person(span)
    busy = {group.reviewer_id for group in groups} | decided.keys() | cases.keys() | looked.keys()
    current = deciders().order_by().values("pk")
    wanted = Q(pk__in=current) | Q(pk__in=sorted(key for key in busy if key is not None))
    people = list(User.objects.filter(wanted).order_by("full_name", "email"))
    namesakes = Counter(person.get_full_name() for person in people)

    def of(key: int | None) -> Waiting:
        own = [each for each in groups if each.reviewer_id == key]
        return waiting(own, today=span.today, calendar=calendar)

    workload = [
        Workload(
            person=person,
            name=_name_of(person, alone=namesakes[person.get_full_name()] == 1),
            open=of(person.pk),
            cases=cases.get(person.pk, 0),
            decided=decided.get(person.pk, 0),
            looked=looked.get(person.pk, 0),
        )
        for person in people
    ]
    return People(workload, Unassigned(of(None), cases.get(None, 0), looks_waiting))


def _open_cases() -> dict[int | None, int]:
    """Running cases by the person that has them; None for those that nobody has. One query."""
    running = ArbitrationCase.objects.exclude(state=ArbitrationCase.State.CLOSED).order_by()
    return dict(running.values_list("reviewer_id").annotate(number=Count("pk")))


def _looks_by_person(span: Span) -> dict[int | None, int]:
    """Second looks of the range by who took them. One query."""
    done = SecondLook.objects.filter(looked_at__gte=span.since, looked_at__lte=span.now).order_by()
    return dict(done.values_list("second_reviewer_id").annotate(number=Count("pk")))


def _name_of(person: User, *, alone: bool) -> str:
    name = person.get_full_name()
    return name if alone or name == person.email else f"{name} ({person.email})"
