"""Assignment: who works on a claim. Every change is one conditional update and one row of the log.

``Claim.reviewer`` says who it is. None of it is in the claim's history, which partners read.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.calendar import business_time_ago, next_business_day_begins
from claims.deciding import OWN_REJECTION
from claims.enums import IN_REVIEW, ClaimAction
from claims.models import Claim, ClaimEvent
from kit.errors import RuleViolation, StaleRecord
from review.access import BARRED, DECIDE, LEAD, barred_organizations, is_barred
from review.models import Assignment
from review.taking_part import rejected_before_dispute, took_part_in_disputed_rejection

Kind = Assignment.Kind
NOT_IN_REVIEW = _("Only a claim in review has a reviewer. This one is {status}.")


@transaction.atomic
def take(claim: Claim, *, user: User, now: datetime) -> Claim:
    """Make a free claim one's own. Twice is fine. Raises RuleViolation with a sentence, StaleRecord when someone was faster."""
    _require_in_review(claim)
    if claim.reviewer_id == user.pk:
        return claim
    _require_free_for(claim, user=user)
    moved = Claim.objects.filter(pk=claim.pk, reviewer=None, status__in=IN_REVIEW).update(
        reviewer=user, reviewer_active_at=now
    )
    if not moved:
        raise StaleRecord(gettext("Somebody else has just taken this claim, or it has left the review."))
    _log(claim, Kind.TAKEN, reviewer=user, by=user, now=now)
    return claim


@transaction.atomic
def release(claim: Claim, *, user: User, now: datetime) -> Claim:
    """Give a claim back to the queue: one's own, or anybody's as a lead. Raises RuleViolation with a sentence."""
    _require_in_review(claim)
    if claim.reviewer_id is None:
        return claim
    if claim.reviewer_id != user.pk and not user.has_perm(LEAD):
        raise RuleViolation(gettext("Only its reviewer or a lead can release this claim."))
    held = Claim.objects.filter(pk=claim.pk, reviewer=claim.reviewer_id, status__in=IN_REVIEW)
    if not held.update(reviewer=None, reviewer_active_at=None):
        raise StaleRecord(gettext("The reviewer of this claim has just changed, or it has left the review."))
    _log(claim, Kind.RELEASED, reviewer=None, by=user, now=now)
    return claim


@transaction.atomic
def assign(claim: Claim, *, to: User, by: User, now: datetime) -> Claim:
    """Give a claim to a reviewer, whoever had it, as a lead. Raises RuleViolation with a sentence.

    The reviewer's time to begin runs from the next business day on: who is given a claim may not be there today.
    """
    if not by.has_perm(LEAD):
        raise RuleViolation(gettext("Only leads assign claims to others."))
    if not to.is_active or not to.has_perm(DECIDE):
        raise RuleViolation(gettext("{name} cannot decide on claims.").format(name=to.get_full_name()))
    _require_in_review(claim)
    if claim.reviewer_id == to.pk:
        return claim
    _require_free_for(claim, user=to, holder=claim.reviewer_id, third_person=True)
    begins = next_business_day_begins(now)
    moved = Claim.objects.filter(pk=claim.pk, reviewer=claim.reviewer_id, status__in=IN_REVIEW).update(
        reviewer=to, reviewer_active_at=begins
    )
    if not moved:
        raise StaleRecord(gettext("The reviewer of this claim has just changed, or it has left the review."))
    _log(claim, Kind.GIVEN, reviewer=to, by=by, now=now)
    claim.reviewer_active_at = begins
    return claim


@transaction.atomic
def take_next(user: User, *, now: datetime, besides: int | None = None) -> Claim | None:
    """Take the most urgent claim that nobody has, or None when there is none.

    Twenty people who press at once get twenty different claims: each locks one row and skips those that others lock.
    """
    free = free_claims_for(user).order_by(*URGENCY)
    if besides is not None:
        free = free.exclude(pk=besides)
    claim: Claim | None = free.select_for_update(of=("self",), skip_locked=True).first()
    return take(claim, user=user, now=now) if claim else None


# The order of the queue: the day it is due, then disputes, submissions again, conflicts, then who waits longest.
URGENCY = ("queue_due_on", "queue_rank", "submitted_at", "pk")


def claims_open_to(user: User) -> QuerySet[Claim]:
    """Claims in review on which this person may decide: of no partner it is barred from, and no dispute of an own rejection.

    What history says is asked claim by claim along the order of the queue, so that the first one costs one look-up.
    """
    waiting = Claim.objects.filter(status__in=sorted(IN_REVIEW))
    return waiting.exclude(organization__in=barred_organizations(user)).filter(~rejected_before_dispute(user))


def free_claims_for(user: User) -> QuerySet[Claim]:
    """Claims in review that nobody has and that this person may take."""
    return claims_open_to(user).filter(reviewer=None)


def note_activity(claim: Claim, *, user: User, now: datetime) -> None:
    """Remember that the reviewer is at work on the claim, so that it is not released. At most one write a minute."""
    if claim.reviewer_id != user.pk:
        return
    if claim.reviewer_active_at is None or now - claim.reviewer_active_at > timedelta(minutes=1):
        Claim.objects.filter(pk=claim.pk, reviewer=user).update(reviewer_active_at=now)


def release_idle(*, now: datetime) -> int:
    """Release claims whose reviewer has done nothing for the set number of hours, and return how many (a sweep).

    Only hours of business days count, so that what was taken on a Friday is still there on Monday.
    """
    limit = business_time_ago(now, timedelta(hours=settings.REVIEWER_IDLE_HOURS))
    since = Q(reviewer_active_at__lt=limit) | Q(reviewer_active_at=None, last_activity_at__lt=limit)
    idle = Claim.objects.filter(since, status__in=sorted(IN_REVIEW), reviewer__isnull=False)
    done = 0
    for claim in idle.order_by("pk")[:500]:
        with transaction.atomic():
            freed = Claim.objects.filter(since, pk=claim.pk, reviewer=claim.reviewer_id, status__in=sorted(IN_REVIEW))
            if freed.update(reviewer=None, reviewer_active_at=None):
                _log(claim, Kind.IDLE, reviewer=None, by=None, now=now)
                done += 1
    return done


def lost_by_idling(user: User, *, since: datetime, most: int = 5) -> list[Assignment]:
    """What was released from this person's hands after inactivity, newest first: claims that nobody has taken since then."""
    lost = Assignment.objects.filter(before=user, kind=Kind.IDLE, at__gte=since, claim__reviewer=None)
    still_waiting = lost.filter(claim__status__in=sorted(IN_REVIEW)).select_related("claim")
    return list(still_waiting.exclude(claim__organization__in=barred_organizations(user))[:most])


def require_may_decide(claim: Claim, *, user: User) -> None:
    """Raise RuleViolation when the person may not decide on this claim.

    It is barred from the partner, took part in the rejection that is disputed, or the claim is somebody else's and it is no
    lead.
    """
    if is_barred(user, claim):
        raise RuleViolation(BARRED)
    if took_part_in_disputed_rejection(claim, user=user):
        raise RuleViolation(OWN_REJECTION)
    if claim.reviewer_id not in {None, user.pk} and not user.has_perm(LEAD):
        name = claim.reviewer.get_full_name() if claim.reviewer else gettext("somebody else")
        raise RuleViolation(
            gettext("This claim is assigned to {name}. Ask for its release, or let a lead assign it to you.").format(
                name=name
            )
        )


def deciders() -> QuerySet[User]:
    """Everybody who can be given claims, by name."""
    permission = DECIDE.split(".")[1]
    grouped = Q(groups__permissions__codename=permission) | Q(user_permissions__codename=permission)
    people = User.objects.filter(is_active=True, is_staff=True).filter(grouped | Q(is_superuser=True))
    return people.distinct().order_by("full_name", "email")


def decider_named(key: str) -> User:
    """The person with this key among those who can be given claims. Raises RuleViolation with a sentence for any other."""
    known = key.isascii() and key.isdigit() and len(key) < 19
    person = deciders().filter(pk=int(key)).first() if known else None
    if person is None:
        raise RuleViolation(gettext("Choose a person who decides on claims."))
    return person


def held_since(claim: Claim) -> datetime | None:
    """Since when the present reviewer has the claim; None when nobody has it, or nobody wrote it down."""
    if claim.reviewer_id is None:
        return None
    got = Assignment.objects.filter(claim=claim, reviewer=claim.reviewer_id).exclude(before=claim.reviewer_id)
    return got.values_list("at", flat=True).first()


def follow_the_claim(claim: Claim, event: ClaimEvent) -> None:
    """Note in the log what a move did to the reviewer of a claim.

    It lost the one it had by leaving the queue: withdrawn, or disputed (Q49). It got one who began its review.
    """
    if event.action not in {ClaimAction.WITHDRAW, ClaimAction.DISPUTE, ClaimAction.START_REVIEW}:
        return
    last = Assignment.objects.filter(claim=claim).first()
    known = last.reviewer_id if last else None
    if event.action != ClaimAction.START_REVIEW:
        if known:
            Assignment.objects.create(claim=claim, kind=Kind.LEFT, before_id=known, at=event.at)
    elif claim.reviewer_id and claim.reviewer_id == event.actor_id != known:
        began = {"reviewer_id": claim.reviewer_id, "by_id": event.actor_id, "before_id": known}
        Assignment.objects.create(claim=claim, kind=Kind.TAKEN, at=event.at, **began)


def _require_in_review(claim: Claim) -> None:
    if claim.status not in IN_REVIEW:
        raise RuleViolation(NOT_IN_REVIEW.format(status=claim.get_status_display().lower()))


def _require_free_for(claim: Claim, *, user: User, holder: int | None = None, third_person: bool = False) -> None:
    if claim.reviewer_id != holder:
        raise StaleRecord(gettext("Somebody else has this claim."))
    name = user.get_full_name()
    if is_barred(user, claim):
        raise RuleViolation(
            gettext("{name} is barred from this partner's claims.").format(name=name) if third_person else BARRED
        )
    if took_part_in_disputed_rejection(claim, user=user):
        told = gettext(
            "{name} rejected this claim or confirmed that, and it was disputed, so another reviewer decides."
        )
        raise RuleViolation(told.format(name=name) if third_person else OWN_REJECTION)


def _log(claim: Claim, kind: str, *, reviewer: User | None, by: User | None, now: datetime) -> None:
    Assignment.objects.create(claim=claim, kind=kind, reviewer=reviewer, before_id=claim.reviewer_id, by=by, at=now)
    claim.reviewer, claim.reviewer_active_at = reviewer, now if reviewer else None


def each_of(claims: Iterable[Claim]) -> list[Claim]:
    """The claims in one order of locking, so that two bulk acts cannot wait for each other."""
    return sorted(claims, key=lambda claim: claim.pk)
