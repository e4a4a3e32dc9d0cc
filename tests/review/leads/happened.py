"""A past for the figures: events written as they would have happened, without walking through the rules."""

from datetime import datetime
from typing import Any

from accounts.models import User
from claims.actors import Actor
from claims.enums import ClaimAction, ClaimStatus
from claims.history import record_event
from claims.models import Claim, ClaimEvent
from claims.transitions import TABLE
from tests.factories import ReviewerFactory, claim_under_review, partner_actor

A = ClaimAction
_WRITTEN = {A.SUBMIT: "submitted_at", A.START_REVIEW: "review_started_at"}  # what the rules write into the claim
_BY_PARTNER = {A.SUBMIT, A.RESUBMIT, A.DISPUTE, A.WITHDRAW}


def event(
    claim: Claim, action: ClaimAction, at: datetime, *, by: User | None = None, reasons: list[str] | None = None
) -> ClaimEvent:
    """One row of history at this moment, and the moment in the claim where it keeps one; ``reasons`` are codes."""
    actor = partner_actor(claim) if action in _BY_PARTNER else Actor.reviewer(by or ReviewerFactory())
    if action == A.LAPSE:
        actor = Actor.system()
    data: dict[str, Any] = {"message": "Because."}
    if reasons is not None:
        data["reasons"] = [{"code": code, "title": code.title(), "text": "Text."} for code in reasons]
    target = TABLE[action].target if action in TABLE else ""
    if action in _WRITTEN:
        Claim.objects.filter(pk=claim.pk).update(**{_WRITTEN[action]: at})
    return record_event(claim, action, actor=actor, now=at, to_status=target, data=data)


def reviewed(
    started: datetime, answered: datetime, action: ClaimAction = A.APPROVE, *, by: User | None = None, **more: Any
) -> Claim:
    """A claim whose review started and was answered at these moments; it stands decided, or waits for the partner."""
    claim = claim_under_review()
    event(claim, A.START_REVIEW, started, by=by)
    event(claim, action, answered, by=by, **more)
    status = TABLE[action].target
    Claim.objects.filter(pk=claim.pk).update(
        status=status, decided_at=answered, action_due_at=answered if status == ClaimStatus.ACTION_REQUIRED else None
    )
    return claim
