"""What a partner's Home shows: what waits for the partner, dates to keep, the newest decisions, numbers at a glance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext

from claims.calendar import calendar_around, day_of
from claims.enums import IN_REVIEW, ClaimAction, ClaimStatus
from claims.models import ActionRequest, Claim, ClaimEvent
from claims.next_step import Clock, next_step_of
from claims.unfinished import ready
from kit.texts import Text
from partners.models import PartnerOrganization

MOST_WAITING, MOST_DATES, MOST_DECISIONS = 5, 8, 5
_REQUESTS = (ClaimAction.REQUEST_ACTION, ClaimAction.ASK_HOLDER)
DECISIONS = (ClaimAction.APPROVE, ClaimAction.REJECT, ClaimAction.LAPSE, ClaimAction.DENY_CONSENT)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim that waits for the partner; ``clock`` runs when Microsoft asked for more, and ``asked`` says for what."""

    claim: Claim
    clock: Clock | None
    asked: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A claim with a date to keep, whoever must keep it."""

    claim: Claim
    clock: Clock


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a claim, when, and the first reason for it."""

    claim: Claim
    status: ClaimStatus
    at: datetime
    headline: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at a glance, and the table of the claims behind it."""

    label: Text
    count: int
    address: str


def figures_of(organization: PartnerOrganization) -> list[Figure]:
    """How many claims stand where; discarded ones count nowhere. One query. All zero before the first claim."""
    rows = organization.claims.exclude(status=ClaimStatus.DISCARDED).values("status").annotate(count=Count("pk"))
    counts = {row["status"]: row["count"] for row in rows.order_by()}
    groups: list[tuple[Text, Iterable[ClaimStatus]]] = [
        (ClaimStatus.ACTION_REQUIRED.label, [ClaimStatus.ACTION_REQUIRED]),
        (ClaimStatus.EDITING.label, [ClaimStatus.EDITING]),
        (gettext("With Microsoft"), [status for status in ClaimStatus if status in IN_REVIEW]),
        (ClaimStatus.APPROVED.label, [ClaimStatus.APPROVED]),
        (gettext("Rejected or ended"), [ClaimStatus.REJECTED, ClaimStatus.CONSENT_DENIED, ClaimStatus.ENDED]),
    ]
    return [
        Figure(
            label,
            sum(counts.get(status, 0) for status in statuses),
            reverse("associations", query={"status": [status.value for status in statuses]}),
        )
        for label, statuses in groups
    ]


def waiting_for_partner(organization: PartnerOrganization, *, now: datetime) -> list[Waiting]:
    """Claims for which a reviewer asked for more, the closest deadline first (R164, R165). At most five, three queries.

    So are associations about which Microsoft asks while they stay approved (R171).
    """
    claims = list(
        organization.claims.filter(status=ClaimStatus.ACTION_REQUIRED).order_by("action_due_at", "pk")[:MOST_WAITING]
    )
    due = [(claim.action_due_at or now, claim, next_step_of(claim, now=now).clock) for claim in claims]
    due += [(request.due_at, request.claim, _clock_of(request, now=now)) for request in asked_of_holders(organization)]
    first = sorted(due, key=lambda each: (each[0], each[1].pk))[:MOST_WAITING]
    requests = ClaimEvent.objects.filter(claim__in=[claim for _, claim, _ in first], action__in=_REQUESTS)
    newest = requests.order_by("claim_id", "-at", "-pk").distinct("claim_id")
    asked = {event.claim_id: headline_of(event.data) for event in newest}
    return [Waiting(claim, clock, asked.get(claim.pk, "")) for _, claim, clock in first]


def asked_of_holders(organization: PartnerOrganization) -> list[ActionRequest]:
    """Open requests about approved associations, the closest first, with their claims. At most eight, one query."""
    open_requests = ActionRequest.objects.filter(closed_at=None, claim__organization=organization)
    approved = open_requests.filter(claim__status=ClaimStatus.APPROVED).select_related("claim")
    return list(approved.order_by("due_at", "pk")[:MOST_DATES])


def ready_to_submit(organization: PartnerOrganization) -> QuerySet[Claim]:
    """Claims in Editing that have their proof of execution, or need none, newest activity first (Q5)."""
    return ready(organization.claims.all()).order_by("-last_activity_at", "-pk")


def dates_to_keep(organization: PartnerOrganization, *, now: datetime) -> list[Dated]:
    """The partner's answers due, Microsoft's answers due and opt-out periods that end, the closest first. Three queries.

    What is overdue comes first, as its date is the oldest (R162, R165, R168).
    """
    running = (
        Q(status=ClaimStatus.ACTION_REQUIRED)
        | Q(status=ClaimStatus.APPROVED, opt_out_until__gt=now)
        | Q(status__in=[ClaimStatus.UNDER_REVIEW, ClaimStatus.DISPUTED], review_due_on__isnull=False)
    )
    due = Case(
        When(status=ClaimStatus.ACTION_REQUIRED, then=F("action_due_at")),
        When(status=ClaimStatus.APPROVED, then=F("opt_out_until")),
        default=Cast("review_due_on", DateTimeField()),
    )
    claims = list(organization.claims.filter(running).annotate(due=due).order_by("due", "pk")[:MOST_DATES])
    calendar = calendar_around(day_of(now), [claim.review_due_on for claim in claims])
    clocks: list[tuple[datetime, Claim, Clock | None]] = [
        (claim.due, claim, next_step_of(claim, now=now, calendar=calendar).clock) for claim in claims
    ]
    clocks += [
        (request.due_at, request.claim, _clock_of(request, now=now)) for request in asked_of_holders(organization)
    ]
    first = sorted(clocks, key=lambda each: (each[0], each[1].pk))[:MOST_DATES]
    return [Dated(claim, clock) for _, claim, clock in first if clock is not None]


def _clock_of(request: ActionRequest, *, now: datetime) -> Clock | None:
    return next_step_of(request.claim, now=now, asked=request).clock


def latest_decisions(organization: PartnerOrganization) -> list[Decision]:
    """What Microsoft and customers decided last, newest first (R165, R166, R183). At most five, one query."""
    events = ClaimEvent.objects.filter(claim__organization=organization, action__in=DECISIONS).select_related("claim")
    return [
        Decision(event.claim, ClaimStatus(event.to_status), event.at, headline_of(event.data))
        for event in events.order_by("-at", "-pk")[:MOST_DECISIONS]
    ]


def headline_of(data: dict[str, Any]) -> str:
    """The first reason that the partner was told, and how many more there are; without reasons the message itself."""
    reasons: Sequence[str] = [each["title"] for each in data.get("reasons", [])] or data.get("denial_reasons", [])
    if not reasons:
        return str(data.get("message", ""))
    more = len(reasons) - 1
    if not more:
        return reasons[0]
    return gettext("{reason}, and {count} more").format(reason=reasons[0].rstrip("."), count=more)
