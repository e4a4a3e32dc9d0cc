"""What the partner does with a whole claim: submit, submit again, withdraw, discard, dispute, disassociate, comment."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from claims import messages
from claims.actors import Actor
from claims.associations import end_associations
from claims.calendar import review_due_on
from claims.documents import attach, documents_of_dispute
from claims.enums import PARTNERS_OWN, ActorKind, ClaimAction, ClaimStatus, QueueRank
from claims.fixing import answers_of
from claims.history import record_event
from claims.lifecycle import locked, perform, refusal_to
from claims.models import Association, Claim, ClaimEvent, Comment
from claims.problems import OWN_CLAIM, blockers_of
from claims.snapshots import keep_submission
from customers import consent
from kit.errors import RuleViolation, StaleRecord

MAX_REASON = 2000
MAX_COMMENT = 4000


def submit(claim: Claim, *, actor: Actor, now: datetime, comment: str = "") -> ClaimEvent:
    """Hand the claim to Microsoft: first submission to Submitted, an answer to a request back to Under review (R151).

    Marks the documents as part of this submission, keeps what the claim says now, keeps the answers in history, stores
    ``comment`` in the thread, queues the receipt. Everything is checked while the claim is held, so that no colleague's
    answer or edit comes in between. Raises RuleViolation with the first blocker (R119), or when the company submitted the
    same meanwhile, StaleRecord when the claim was changed since it was read.
    """
    try:
        with transaction.atomic():
            _hold(claim)
            if blockers := blockers_of(claim, now=now):
                raise RuleViolation(blockers[0].message)
            if comment.strip():
                add_comment(claim, text=comment, actor=actor, now=now)
            again = claim.status == ClaimStatus.ACTION_REQUIRED
            action = ClaimAction.RESUBMIT if again else ClaimAction.SUBMIT
            number = claim.submissions + 1
            due = review_due_on(now)
            changes: dict[str, object] = {"submissions": number, "queue_due_on": due}
            if again:
                changes |= {"action_due_at": None, "review_due_on": due, "queue_rank": QueueRank.RESUBMISSION}
                changes |= {"reviewer_active_at": now if claim.reviewer_id else None}  # it returns to who asked
            else:
                changes |= {"submitted_at": now, "queue_rank": QueueRank.ORDINARY}
            closing = claim.action_requests.filter(closed_at=None).first() if again else None
            data = answers_of(closing) if closing else {}
            event = perform(claim, action, actor=actor, now=now, changes=changes, data=data)
            keep_submission(claim, actor=actor, now=now)
            claim.documents.filter(first_submission=None, removed_at=None).update(first_submission=number)
            messages.tell_submitted(claim, event=event)
    except IntegrityError as error:
        raise RuleViolation(OWN_CLAIM) from error
    return event


def _hold(claim: Claim) -> None:
    held = locked(claim.pk)
    if (held.status, held.version) != (claim.status, claim.version):
        raise StaleRecord


def withdraw(claim: Claim, *, actor: Actor, now: datetime) -> ClaimEvent:
    """Take a submission back to Editing while nobody has started its review (Q23)."""
    changes = {"submitted_at": None, "reviewer": None, "reviewer_active_at": None}
    return perform(claim, ClaimAction.WITHDRAW, actor=actor, now=now, changes=changes)


def discard(claim: Claim, *, actor: Actor, now: datetime) -> ClaimEvent:
    """Give an unfinished claim up; it leaves the dashboard and stays in history (Q48)."""
    return perform(claim, ClaimAction.DISCARD, actor=actor, now=now)


def dispute(
    claim: Claim, *, actor: Actor, message: str, now: datetime, uploads: Sequence[UploadedFile] = ()
) -> ClaimEvent:
    """Dispute a rejection: once, within 30 days, with a justification and, if wished, fresh files (Q49).

    All or nothing: a file that is refused leaves the claim rejected. It is nobody's review until another reviewer takes
    it. Queues the receipt. The files count as one more
    submission, so that they stay with the claim. Raises RuleViolation with a sentence.
    """
    before = claim.events.filter(action=ClaimAction.DISPUTE).exists()
    refusal = refusal_to_dispute(claim, now=now, disputed=before) or _refusal_of(
        message, gettext("Say why you dispute the rejection.")
    )
    if refusal:
        raise RuleViolation(refusal)
    number = claim.submissions + bool(uploads)
    due = review_due_on(now)
    changes = {
        "review_due_on": due,
        "queue_due_on": due,
        "queue_rank": QueueRank.DISPUTE,
        "dispute_until": None,
        "decided_at": None,
        "submissions": number,
        "reviewer": None,
        "reviewer_active_at": None,
    }
    data = {"message": message.strip()}
    try:
        with documents_of_dispute(claim, uploads=uploads, actor=actor, now=now) as documents, transaction.atomic():
            attach(documents, submission=number, actor=actor, now=now)
            event = perform(claim, ClaimAction.DISPUTE, actor=actor, now=now, changes=changes, data=data)
            if uploads:
                keep_submission(claim, actor=actor, now=now)
            messages.tell_disputed(claim, event=event)
    except IntegrityError as error:
        raise RuleViolation(OWN_CLAIM) from error
    return event


def refusal_to_dispute(claim: Claim, *, now: datetime, disputed: bool) -> str:
    """Why the claim cannot be disputed now, as a sentence; empty when it can. ``disputed`` says whether it was before."""
    standing = refusal_to(claim, ClaimAction.DISPUTE, by=ActorKind.PARTNER)
    if standing:
        return standing
    if disputed:
        return gettext("A rejection can be disputed once. Please create a new claim.")
    if claim.dispute_until is None or now >= claim.dispute_until:
        return gettext("A rejection can be disputed within {dispute_days} days. Please create a new claim.").format(
            dispute_days=settings.DISPUTE_DAYS
        )
    return ""


@transaction.atomic
def disassociate(claim: Claim, *, actor: Actor, message: str, now: datetime) -> ClaimEvent:
    """End an approved association at the partner's own wish, with a reason. It cannot be undone.

    The associations end at once, so that another partner may hold the products; the customer's link stops asking; the
    receipt is queued. Raises RuleViolation without a reason, with one that is too long, or when the claim is not approved.
    """
    refusal = _refusal_of(message, gettext("Say why you end this association."))
    if refusal:
        raise RuleViolation(refusal)
    event = perform(claim, ClaimAction.DISASSOCIATE, actor=actor, now=now, data={"message": message.strip()})
    end_associations(claim, reason=Association.EndReason.DISASSOCIATED, now=now)
    consent.withdraw(str(claim.pk), now=now)
    messages.tell_ended(claim, event=event)
    return event


@transaction.atomic
def add_comment(claim: Claim, *, text: str, actor: Actor, now: datetime) -> Comment:
    """Add a comment to the thread without submitting (R121, R123). The text is kept as typed, without outer spaces.

    Raises RuleViolation without a text, with one that is too long, in a discarded claim, and when a reviewer writes into
    one that the partner has not submitted.
    """
    if claim.status == ClaimStatus.DISCARDED:
        raise RuleViolation(gettext("This claim was discarded."))
    if actor.kind == ActorKind.REVIEWER and claim.status in PARTNERS_OWN:
        raise RuleViolation(gettext("The partner has not submitted this claim. Write once it is submitted."))
    if not text.strip():
        raise RuleViolation(gettext("Write a comment first."))
    if len(text.strip()) > MAX_COMMENT:
        raise RuleViolation(gettext("A comment has at most {most:,} characters.").format(most=MAX_COMMENT))
    comment = Comment.objects.create(
        claim=claim, author_kind=actor.kind, author=actor.user, text=text.strip(), written_at=now
    )
    record_event(claim, ClaimAction.COMMENT, actor=actor, now=now, data={"comment": comment.text})
    return comment


def _refusal_of(message: str, sentence: str) -> str:
    if not message.strip():
        return sentence
    return (
        gettext("A reason has at most {most:,} characters.").format(most=MAX_REASON)
        if len(message.strip()) > MAX_REASON
        else ""
    )
