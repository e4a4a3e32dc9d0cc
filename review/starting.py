"""Beginning a review at the desk: on a claim that is one's own, or that stays with whoever has it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from claims.actors import Actor
from claims.deciding import start_review
from claims.enums import ActorKind, ClaimAction
from claims.lifecycle import refusal_to
from claims.models import Claim, ClaimEvent
from kit.errors import RuleViolation
from review.assigning import require_may_decide, take


@transaction.atomic
def begin_review(claim: Claim, *, user: User, now: datetime) -> ClaimEvent:
    """Start the review of a submitted claim (R161). A claim that nobody has becomes the person's own first, by ``take``.

    A lead who starts the review of a colleague's claim leaves it with the colleague. Raises RuleViolation with a sentence,
    StaleRecord when somebody was faster; nothing is changed then.
    """
    if refusal := refusal_to(claim, ClaimAction.START_REVIEW, by=ActorKind.REVIEWER):
        raise RuleViolation(refusal)
    require_may_decide(claim, user=user)
    if claim.reviewer_id is None:
        take(claim, user=user, now=now)
    return start_review(claim, actor=Actor.reviewer(user), now=now)
