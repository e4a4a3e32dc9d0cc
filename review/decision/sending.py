"""Carrying a decision out: on the claim as it was read, by somebody who may, or not at all."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.actors import Actor
from claims.deciding import approve, reject, request_action
from claims.enums import ActorKind, ClaimAction
from claims.lifecycle import refusal_to
from claims.models import Claim
from kit.errors import RuleViolation, StaleRecord
from review.arbitration.guarding import refusal_to_approve
from review.assigning import require_may_decide, take
from review.decision.outcomes import Decision, Outcome

_ACTIONS = {
    Decision.APPROVE.value: ClaimAction.APPROVE,
    Decision.REQUEST_ACTION.value: ClaimAction.REQUEST_ACTION,
    Decision.REJECT.value: ClaimAction.REJECT,
}
PARTNER_ADDED = _("The partner added something to this claim in the meantime. Read it, then decide.")


@transaction.atomic
def send_decision(
    claim: Claim, *, outcome: Outcome, message: str, version: int, seen_event: int | None, user: User, now: datetime
) -> Claim:
    """Decide on a claim, as a whole or product by product, and return it as it is then (R164-R166, R004).

    A claim that nobody has becomes the decider's own first. Opens associations, asks the customer, writes the partner's
    fix list and queues the mails as ``claims.deciding`` says. ``version`` and ``seen_event`` are what was read: notes,
    checks and comments of staff since then do not count. Raises RuleViolation with a sentence, StaleRecord when the claim
    or what the partner says of it changed; nothing is changed then.
    """
    related = ("organization", "tenant", "location", "created_by", "reviewer")
    claim = Claim.objects.select_for_update(of=("self",), no_key=True).select_related(*related).get(pk=claim.pk)
    refusal = refusal_to(claim, _ACTIONS[outcome.decision], by=ActorKind.REVIEWER)
    if refusal:
        raise RuleViolation(refusal)
    require_as_read(claim, version=version, seen_event=seen_event)
    require_may_decide(claim, user=user)
    if outcome.decision == Decision.APPROVE:
        _require_no_rivals(claim, outcome)
    if claim.reviewer_id is None:
        take(claim, user=user, now=now)
    _carry_out(claim, outcome, message=message, actor=Actor.reviewer(user), now=now)
    return claim


def _require_no_rivals(claim: Claim, outcome: Outcome) -> None:
    """Raise RuleViolation when a product that would be approved is contested: its case decides on it (R170)."""
    left_out = {finding.product.pk for finding in outcome.findings if finding.product}
    if refusal := refusal_to_approve(claim, refused=left_out):
        raise RuleViolation(refusal)


def require_as_read(claim: Claim, *, version: int, seen_event: int | None) -> None:
    """Raise StaleRecord when the claim changed since it was read, or the partner or customer added something to it."""
    if claim.version != version:
        raise StaleRecord
    if seen_event is None:
        return
    others = (ActorKind.PARTNER, ActorKind.CUSTOMER)
    if claim.events.filter(pk__gt=seen_event, actor_kind__in=others).exists():
        raise StaleRecord(PARTNER_ADDED)


def _carry_out(claim: Claim, outcome: Outcome, *, message: str, actor: Actor, now: datetime) -> None:
    if outcome.decision == Decision.APPROVE:
        approve(claim, message=message, refused=outcome.findings, actor=actor, now=now)
    elif outcome.decision == Decision.REQUEST_ACTION:
        request_action(
            claim, reasons=outcome.findings, message=message, accepted=outcome.accepted, actor=actor, now=now
        )
    else:
        reject(claim, reasons=outcome.findings, message=message, actor=actor, now=now)
