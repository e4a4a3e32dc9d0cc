"""What the morning digest says to whom: own claims to each reviewer, the team's sums and due claims to leads. A bounded number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.conf import settings
from django.db.models import Case, Count, F, Q, QuerySet, When
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext

from claims.calendar import BusinessCalendar, calendar_around
from claims.enums import IN_REVIEW, ClaimAction, ClaimStatus
from claims.models import Claim, ClaimEvent
from review.models import ArbitrationCase, Assignment, Bar, SecondLook
from review.queue.due import due_of

MOST_LISTED = 15  # claims under one heading


@dataclass(frozen=True, slots=True)
class Morning:
    """The days and moments that one digest is about; ``since`` and ``until`` bound what is news."""

    today: date
    next_day: date
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One claim of the list: its id, its name, and the day it is due if it has one.

    Leads also read who has it, and how it stands: «2 business days overdue».
    """

    claim_id: int
    name: str
    due_on: date | None
    organization_id: int
    reviewer: str = ""
    standing: str = ""

    @property
    def link(self) -> str:
        """The claim's page at the desk."""
        return str(settings.PORTAL_URL + reverse("admin:review-claim", args=[self.claim_id]))


@dataclass(slots=True)
class Part:
    """One heading with its claims; ``short`` goes into the subject, with the number before it. ``unread`` are only counted."""

    heading: str
    short: str = ""
    items: list[Item] = field(default_factory=list)
    unread: int = 0

    @property
    def number(self) -> int:
        """All claims under the heading."""
        return len(self.items) + self.unread

    @property
    def listed(self) -> list[Item]:
        """The claims that the mail prints."""
        return self.items[:MOST_LISTED]

    @property
    def more(self) -> int:
        """How many it only counts."""
        return self.number - len(self.listed)

    def without_claims(self, claims: Collection[int]) -> "Part":
        """The same without these claims."""
        return replace(self, items=[item for item in self.items if item.claim_id not in claims])

    def without(self, organizations: Collection[int]) -> "Part":
        """The same for a person that is barred from these partners: their claims are counted and not named."""
        named = [item for item in self.items if item.organization_id not in organizations]
        return replace(self, items=named, unread=self.number - len(named))


@dataclass(frozen=True, slots=True)
class Team:
    """The team's morning in numbers, and its claims that are overdue or due today. ``lost`` are overdue and nobody has them."""

    waiting: int
    overdue: int
    due_today: int
    unassigned: int
    lost: int
    cases: int
    looks: int
    parts: list[Part]

    @property
    def has_news(self) -> bool:
        """Whether there is anything to tell a lead."""
        return bool(self.waiting or self.cases or self.looks)

    def without(self, organizations: Collection[int]) -> "Team":
        """The same for a lead that is barred from these partners."""
        return replace(self, parts=[part.without(organizations) for part in self.parts]) if organizations else self


Barred = dict[int, set[int]]  # people, and the partners from which each is barred


def bars_of(people: Collection[int]) -> Barred:
    """From which partners these people are barred. One query."""
    found: Barred = defaultdict(set)
    for person, organization in Bar.objects.filter(reviewer__in=people, lifted_at=None).values_list(
        "reviewer_id", "organization_id"
    ):
        found[person].add(organization)
    return dict(found)


def own_parts(morning: Morning, *, people: Collection[int], barred: Barred) -> dict[int, list[Part]]:
    """For each of the people its claims: overdue, due today, due next, disputes, answers that came in, and those it lost.

    A claim stands once, under the first heading that fits. Claims of partners from which a person is barred are left out.
    Three queries, whatever the number of people. Only people with something to read are in the answer.
    """
    answered = set(_answered(morning).values_list("claim_id", flat=True))
    lists: dict[int, dict[str, list[Item]]] = defaultdict(lambda: defaultdict(list))
    for claim in _own_claims(morning, people=people, answered=answered):
        heading = _heading_of(claim, morning=morning, answered=answered)
        person = claim.reviewer_id or 0
        if heading and claim.organization_id not in barred.get(person, ()):
            lists[person][heading].append(item_of(claim))
    for person, claim in _lost_by_idling(morning, people=people):
        if claim.organization_id not in barred.get(person, ()) and claim.reviewer_id != person:
            lists[person]["lost"].append(item_of(claim))
    return {person: _parts(found, morning=morning) for person, found in lists.items()}


def team_part(morning: Morning) -> Team:
    """What leads read of the team: sums, and what is overdue or due today with who has it. Six queries.

    Overdue claims that nobody has come first, for nobody else is told of them.
    """
    waiting = Claim.objects.filter(status__in=sorted(IN_REVIEW))
    late, due = Q(queue_due_on__lt=morning.today), Q(queue_due_on=morning.today)
    sums = waiting.aggregate(
        waiting=Count("pk"),
        overdue=Count("pk", filter=late),
        due_today=Count("pk", filter=due),
        unassigned=Count("pk", filter=Q(reviewer=None)),
        lost=Count("pk", filter=late & Q(reviewer=None)),
    )
    free_first = Case(When(reviewer=None, then=0), default=1)
    listed = waiting.select_related("reviewer").order_by(free_first, "queue_due_on", "queue_rank", "pk")
    overdue, due_today = list(listed.filter(late)[: 2 * MOST_LISTED]), list(listed.filter(due)[: 2 * MOST_LISTED])
    calendar = calendar_around(morning.today, [claim.queue_due_on for claim in overdue])
    parts = [
        Part(
            heading,
            items=[_team_item(claim, today=morning.today, calendar=calendar) for claim in claims],
            unread=number - len(claims),
        )
        for heading, claims, number in (
            (gettext("Overdue"), overdue, sums["overdue"]),
            (gettext("Due today"), due_today, sums["due_today"]),
        )
    ]
    return Team(
        **sums,
        cases=ArbitrationCase.objects.filter(state=ArbitrationCase.State.PROPOSED).count(),
        looks=SecondLook.objects.filter(looked_at=None).count(),
        parts=[part for part in parts if part.number],
    )


def _team_item(claim: Claim, *, today: date, calendar: BusinessCalendar) -> Item:
    due = due_of(claim, today=today, calendar=calendar)
    who = claim.reviewer.get_full_name() if claim.reviewer else gettext("nobody has it")
    return replace(item_of(claim), reviewer=who, standing=due.text if due else "")


def _answered(morning: Morning) -> QuerySet[ClaimEvent]:
    return ClaimEvent.objects.filter(
        action=ClaimAction.RESUBMIT, at__gte=morning.since, at__lt=morning.until, claim__status__in=sorted(IN_REVIEW)
    ).order_by()


def _own_claims(morning: Morning, *, people: Collection[int], answered: set[int]) -> QuerySet[Claim]:
    worth = Q(queue_due_on__lte=morning.next_day) | Q(status=ClaimStatus.DISPUTED) | Q(pk__in=answered)
    own = Claim.objects.filter(worth, status__in=sorted(IN_REVIEW), reviewer__in=people)
    fields = ("name", "queue_due_on", "status", "reviewer", "organization")
    return own.only(*fields).order_by(F("queue_due_on").asc(nulls_last=True), "queue_rank", "pk")


def _lost_by_idling(morning: Morning, *, people: Collection[int]) -> Iterable[tuple[int, Claim]]:
    """Claims that were released from these people because they had left them alone, each once, if still in review."""
    released = Assignment.objects.filter(
        kind=Assignment.Kind.IDLE, before__in=people, at__gte=morning.since, at__lt=morning.until,
        claim__status__in=sorted(IN_REVIEW),
    )  # fmt: skip
    found = {(row.before_id or 0, row.claim_id): row.claim for row in released.select_related("claim").order_by("at")}
    return [(person, claim) for (person, _), claim in found.items()]


def _heading_of(claim: Claim, *, morning: Morning, answered: set[int]) -> str:
    due = claim.queue_due_on
    if due and due < morning.today:
        return "overdue"
    if due == morning.today:
        return "today"
    if due and due <= morning.next_day:
        return "next"
    if claim.status == ClaimStatus.DISPUTED:
        return "disputed"
    return "answered" if claim.pk in answered else ""


def _parts(found: dict[str, list[Item]], *, morning: Morning) -> list[Part]:
    """The headings in the order of the mail, without empty ones."""
    days_ahead = (morning.next_day - morning.today).days
    if days_ahead == 1:
        following = (gettext("Due tomorrow"), gettext("due tomorrow"))
    else:
        day = format_date(morning.next_day, "l")
        following = (gettext("Due on {day}").format(day=day), gettext("due on {day}").format(day=day))
    words = {
        "overdue": (gettext("Overdue"), gettext("overdue")),
        "today": (gettext("Due today"), gettext("due today")),
        "next": following,
        "disputed": (gettext("Disputes"), gettext("disputed")),
        "answered": (gettext("Answers that came in"), gettext("answered")),
        "lost": (gettext("Released, because you had not worked on them"), gettext("released")),
    }
    return [Part(*told, items=found[key]) for key, told in words.items() if found.get(key)]


def item_of(claim: Claim) -> Item:
    """The claim as a mail lists it."""
    return Item(claim.pk, claim.name, claim.queue_due_on, claim.organization_id)
