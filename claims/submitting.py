"""What the partner does with a whole claim: submit, submit again, withdraw, discard, dispute, disassociate, comment."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from claims import messages
from claims.actors import Actor
from claims.associations import end_associations
from claims.calendar import review_due_on
from claims.enums import ClaimAction, ClaimStatus
from claims.history import record_event
from claims.lifecycle import perform
from claims.models import Association, Claim, ClaimEvent, Comment
from claims.problems import OWN_CLAIM, blockers_of
from customers import consent
from kit.errors import RuleViolation


def submit(claim: Claim, *, actor: Actor, now: datetime, comment: str = "") -> ClaimEvent:
    """Hand the claim to Microsoft: first submission to Submitted, an answer to a request back to Under review (R151).

    Marks the documents as part of this submission, closes the open request, stores ``comment`` in the thread, queues the
    receipt. Raises RuleViolation with the first blocker (R119), or when the company submitted the same meanwhile.
    """
    blockers = blockers_of(claim, now=now)
    if blockers:
        raise RuleViolation(blockers[0].message)
    try:
        with transaction.atomic():
            if comment.strip():
                add_comment(claim, text=comment, actor=actor, now=now)
            again = claim.status == ClaimStatus.ACTION_REQUIRED
            action = ClaimAction.RESUBMIT if again else ClaimAction.SUBMIT
            number = claim.submissions + 1
            changes: dict[str, object] = {"submissions": number}
            if again:
                changes |= {"action_due_at": None, "review_due_on": review_due_on(now)}
            else:
                changes |= {"submitted_at": now}
            event = perform(claim, action, actor=actor, now=now, changes=changes)
            claim.documents.filter(first_submission=None, removed_at=None).update(first_submission=number)
            claim.action_requests.filter(closed_at=None).update(closed_at=now)
            messages.tell_submitted(claim, event=event)
    except IntegrityError as error:
        raise RuleViolation(f"{OWN_CLAIM}.") from error
    return event


def withdraw(claim: Claim, *, actor: Actor, now: datetime) -> ClaimEvent:
    """Take a submission back to Editing while nobody has started its review (Q23)."""
    return perform(claim, ClaimAction.WITHDRAW, actor=actor, now=now, changes={"submitted_at": None})


def discard(claim: Claim, *, actor: Actor, now: datetime) -> ClaimEvent:
    """Give an unfinished claim up; it leaves the dashboard and stays in history (Q48)."""
    return perform(claim, ClaimAction.DISCARD, actor=actor, now=now)


def dispute(claim: Claim, *, actor: Actor, message: str, now: datetime) -> ClaimEvent:
    """Dispute a rejection: once, within 30 days, with a justification (Q49)."""
    if claim.events.filter(action=ClaimAction.DISPUTE).exists():
        raise RuleViolation("A rejection can be disputed once. Please create a new claim.")
    if claim.decided_at and now > claim.decided_at + timedelta(days=settings.DISPUTE_DAYS):
        raise RuleViolation(
            f"A rejection can be disputed within {settings.DISPUTE_DAYS} days. Please create a new claim."
        )
    if not message.strip():
        raise RuleViolation("Say why you dispute the rejection.")
    try:
        with transaction.atomic():
            changes = {"review_due_on": review_due_on(now), "decided_at": None}
            event = perform(
                claim, ClaimAction.DISPUTE, actor=actor, now=now, changes=changes, data={"message": message.strip()}
            )
    except IntegrityError as error:
        raise RuleViolation(f"{OWN_CLAIM}.") from error
    return event


@transaction.atomic
def disassociate(claim: Claim, *, actor: Actor, message: str, now: datetime) -> ClaimEvent:
    """End an approved association at the partner's own wish, with a reason. The customer's link stops asking."""
    if not message.strip():
        raise RuleViolation("Say why you end this association.")
    event = perform(claim, ClaimAction.DISASSOCIATE, actor=actor, now=now, data={"message": message.strip()})
    end_associations(claim, reason=Association.EndReason.DISASSOCIATED, now=now)
    consent.withdraw(str(claim.pk), now=now)
    return event


@transaction.atomic
def add_comment(claim: Claim, *, text: str, actor: Actor, now: datetime) -> Comment:
    """Add a comment to the thread without submitting (R121, R123). The text is kept as typed, without outer spaces."""
    if claim.status == ClaimStatus.DISCARDED:
        raise RuleViolation("This claim was discarded.")
    if not text.strip():
        raise RuleViolation("Write a comment first.")
    comment = Comment.objects.create(
        claim=claim, author_kind=actor.kind, author=actor.user, text=text.strip(), written_at=now
    )
    record_event(claim, ClaimAction.COMMENT, actor=actor, now=now)
    return comment
