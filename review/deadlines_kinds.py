"""Every kind of deadline as the page «Deadlines» lists it: where its rows are, when each one's moment is, what happens then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, ngettext

from accounts.models import User
from claims.calendar import day_of
from claims.deadlines import subscriptions, windows
from claims.deadlines.requests import awaiting_reminder
from claims.draft_reminders import remindable_claims, remindable_drafts
from claims.enums import IN_REVIEW, ClaimStatus
from claims.models import ActionRequest, Association, Claim
from review.access import barred_organizations
from review.escalation import Kind as Alert
from review.escalation import alert_at, overdue_at, untold
from review.models import ReviewAlert

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one table with one moment each.

    ``rows`` are ordered by ``field`` and key. ``shift`` leads from a stored moment to that of the deadline; a ``field`` that
    holds a day goes by ``day_begins`` instead. ``claim`` and ``organization`` say how a row leads to its claim and partner.
    """

    rows: Callable[[], QuerySet[Any]]
    field: str
    says: Callable[[Any], str]
    shift: timedelta = timedelta(0)
    day_begins: Callable[[date], datetime] | None = None
    claim: str = ""
    organization: str = "organization"

    def moment_of(self, row: Any) -> datetime:
        """When the deadline of this row is."""
        value = row
        for name in self.field.split("__"):
            value = getattr(value, name)
        moment: datetime = self.day_begins(value) if self.day_begins else value + self.shift
        return moment

    def from_moment(self, moment: datetime, *, itself: bool) -> Q:
        """Condition: the deadline is after ``moment``, or at it too where ``itself``."""
        if self.day_begins is None:
            return Q(**{f"{self.field}__{'gte' if itself else 'gt'}": moment - self.shift})
        day = day_of(moment) - _ONE_DAY
        while self.day_begins(day) < moment or (self.day_begins(day) == moment and not itself):
            day += _ONE_DAY
        return Q(**{f"{self.field}__gte": day})

    def seen_by(self, user: User) -> QuerySet[Any]:
        """The rows without those of partners from which the person is barred."""
        return self.rows().exclude(**{f"{self.organization}__in": barred_organizations(user)})

    def claim_of(self, row: Any) -> Claim | None:
        """The claim behind the row, or None for what is no claim yet."""
        found = getattr(row, self.claim) if self.claim else row
        return found if isinstance(found, Claim) else None


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """One filter of the page."""

    code: str
    label: str
    sources: tuple[Source, ...]


def kinds(*, now: datetime) -> list[DeadlineKind]:
    """All kinds, in the order of the filters; what a clock never makes up for once it has passed is left out."""
    reminders = tuple(_reminder(days, now) for days in sorted(settings.ACTION_REMINDER_DAYS, reverse=True))
    silence = timedelta(days=settings.DRAFT_REMINDER_DAYS)
    asked = Source(_open_requests, "due_at", _says_of_request, claim="claim", organization="claim__organization")
    windows_end = Source(
        _with_partner(windows.open_windows),
        "opt_out_until",
        _fixed(gettext("The association is in effect, unless denied.")),
    )
    disputes = Source(
        _with_partner(windows.open_disputes),
        "dispute_until",
        _fixed(gettext("The rejection can no longer be disputed.")),
    )
    due = Source(lambda: _to_be_told_due(now), "queue_due_on", _says_of_review, day_begins=alert_at)
    overdue = Source(_in_review, "queue_due_on", _says_of_overdue, day_begins=overdue_at)
    drafts = Source(_silent_claims, "last_activity_at", _fixed(gettext("The partner is reminded.")), shift=silence)
    begun = Source(_unfinished, "updated_at", _fixed(gettext("Its author is reminded.")), shift=silence)
    ending = Source(
        _ending, "ending_since", _says_of_ending,
        shift=subscriptions.PATIENCE, claim="claim",
    )  # fmt: skip
    may_end = Source(
        lambda: _lifecycles(now), "subscription__next_lifecycle_at", _says_of_lifecycle,
        claim="claim",
    )  # fmt: skip
    return [
        DeadlineKind("answers", gettext("Answer due"), (asked,)),
        DeadlineKind("reminders", gettext("Reminder"), reminders),
        DeadlineKind("windows", gettext("Opt-out period ends"), (windows_end,)),
        DeadlineKind("reviews", gettext("Review due"), (due,)),
        DeadlineKind("overdue", gettext("Overdue alert"), (overdue,)),
        DeadlineKind("disputes", gettext("Dispute period ends"), (disputes,)),
        DeadlineKind("drafts", gettext("Draft reminder"), (drafts, begun)),
        DeadlineKind("subscriptions", gettext("Subscription ends"), (ending, may_end)),
    ]


def _with_partner(rows: Callable[[], QuerySet[Claim]]) -> Callable[[], QuerySet[Claim]]:
    return lambda: rows().select_related("organization")


def _fixed(sentence: str) -> Callable[[Any], str]:
    return lambda row: sentence


def _reminder(days: int, now: datetime) -> Source:
    def says(row: ActionRequest) -> str:
        return ngettext(
            "The partner is reminded that {days} day are left to answer.",
            "The partner is reminded that {days} days are left to answer.",
            days,
        ).format(days=days)

    def rows() -> QuerySet[ActionRequest]:
        return awaiting_reminder(days).filter(due_at__gt=now).select_related("claim__organization")

    shift = -timedelta(days=days)
    return Source(rows, "due_at", says, shift=shift, claim="claim", organization="claim__organization")


def _open_requests() -> QuerySet[ActionRequest]:
    return ActionRequest.objects.filter(closed_at=None).select_related("claim__organization").order_by("due_at", "pk")


def _says_of_request(row: ActionRequest) -> str:
    if row.claim.status == ClaimStatus.ACTION_REQUIRED:
        return gettext("The claim is rejected, because the partner has not answered.")
    return gettext("Nothing by itself: whoever decides the case knows that the partner has not answered.")


def _in_review() -> QuerySet[Claim]:
    """Claims that Microsoft answers by a day, also those whose day has passed."""
    told = ReviewAlert.objects.filter(claim=OuterRef("pk"), due_on=OuterRef("queue_due_on"), kind=Alert.OVERDUE)
    waiting = Claim.objects.filter(status__in=sorted(IN_REVIEW), queue_due_on__isnull=False)
    return waiting.annotate(told=Exists(told)).select_related("organization", "reviewer").order_by("queue_due_on", "pk")


def _to_be_told_due(now: datetime) -> QuerySet[Claim]:
    return _in_review().filter(untold(Alert.DUE), queue_due_on__gte=day_of(now))


def _says_of_overdue(claim: Any) -> str:
    return (
        gettext("The alert has gone out. It still waits for an answer.")
        if claim.told
        else gettext("Leads are told that it is overdue, or administrators where no lead may know of it.")
    )


def _says_of_review(claim: Claim) -> str:
    if claim.reviewer is None:
        return gettext("Leads are told that it is due, as nobody has it.")
    return gettext("{name} is told that it is due.").format(name=claim.reviewer.get_full_name())


def _silent_claims() -> QuerySet[Claim]:
    return remindable_claims().select_related("organization").order_by("last_activity_at", "pk")


def _unfinished() -> QuerySet[Any]:
    return remindable_drafts().select_related("organization").order_by("updated_at", "pk")


def _ending() -> QuerySet[Association]:
    return subscriptions.ending_associations().select_related("claim__organization", "organization", "subscription")


def _lifecycles(now: datetime) -> QuerySet[Association]:
    """Running associations on a subscription whose next step is known and lies ahead."""
    held = Association.objects.filter(ended_at=None, ending_since=None, subscription__next_lifecycle_at__gt=now)
    related = held.select_related("claim__organization", "organization", "subscription")
    return related.order_by("subscription__next_lifecycle_at", "pk")


def _says_of_ending(row: Association) -> str:
    return gettext("The association ends with subscription {subscription}, unless that is back.").format(
        subscription=row.subscription
    )


def _says_of_lifecycle(row: Association) -> str:
    return gettext("Subscription {subscription} may end, and the association with it.").format(
        subscription=row.subscription
    )
