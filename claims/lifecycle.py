"""perform(): the only writer of a claim's status."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from claims.actors import Actor
from claims.enums import LIVE, NOT_HELD, OPEN_FOR_REQUEST, ActorKind, ClaimAction, ClaimStatus
from claims.history import record_event
from claims.models import ActionRequest, Claim, ClaimEvent, ClaimLine, LineSubscription
from claims.signals import claim_moved, products_changed
from claims.transitions import TABLE
from kit.errors import RuleViolation, StaleRecord


@transaction.atomic
def perform(
    claim: Claim,
    action: ClaimAction,
    *,
    actor: Actor,
    now: datetime,
    changes: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> ClaimEvent:
    """Move the claim along one row of the table, and write its history row, in one transaction.

    ``changes`` are further columns to set with the status; ``data`` goes into history. The lines follow: a live claim
    holds its products for its organisation (Q13). An open request to the partner closes when the claim moves on. Sends
    no message: the calling rule writes those. The signal ``claim_moved`` goes out inside the transaction.

    Raises RuleViolation when the table does not allow it, StaleRecord when someone was faster, and IntegrityError when
    the database refuses a second live claim for the same product (callers turn that into a sentence).
    """
    refusal = refusal_to(claim, action, by=actor.kind)
    if refusal:
        raise RuleViolation(refusal)
    row = TABLE[action]
    moved = Claim.objects.filter(pk=claim.pk, status=claim.status, version=claim.version).update(
        status=row.target, version=F("version") + 1, **(changes or {})
    )
    if not moved:
        raise StaleRecord
    before, claim.status, claim.version = claim.status, row.target, claim.version + 1
    for name, value in (changes or {}).items():
        setattr(claim, name, value)
    if (before in LIVE) != (row.target in LIVE):
        _hold_products(claim, live=row.target in LIVE)
    if before in OPEN_FOR_REQUEST:
        ActionRequest.objects.filter(claim=claim, closed_at=None).update(closed_at=now)
    event = record_event(claim, action, actor=actor, now=now, from_status=before, to_status=row.target, data=data)
    claim_moved.send(sender=Claim, claim=claim, event=event)
    return event


def refusal_to(claim: Claim, action: ClaimAction, *, by: ActorKind) -> str:
    """Why the table does not let this kind of actor take the action now, as a sentence; empty when it does."""
    row = TABLE.get(action)
    if row is None or by != row.by or claim.status not in row.sources:
        return _refusal(claim, action)
    return ""


def locked(claim_id: int) -> Claim:
    """The claim as it stands now, held until the end of the transaction, with its organization. Needs an open transaction.

    A claim is locked before anything that belongs to it, such as a request to its partner: so nobody waits in a circle.
    """
    held = Claim.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("organization").get(pk=claim_id)


def touch(claim: Claim, *, changes: dict[str, Any] | None = None) -> None:
    """Count a change of content that moves no status, so that a decision taken on the older version is refused.

    Raises StaleRecord when someone was faster. Needs an open transaction.
    """
    moved = Claim.objects.filter(pk=claim.pk, status=claim.status, version=claim.version).update(
        version=F("version") + 1, **(changes or {})
    )
    if not moved:
        raise StaleRecord
    claim.version += 1
    for name, value in (changes or {}).items():
        setattr(claim, name, value)


def _hold_products(claim: Claim, *, live: bool) -> None:
    """Products that were not approved, or were lost, are held by nobody, also when the claim comes back to life."""
    lines = ClaimLine.objects.filter(claim=claim)
    if live:
        lines = lines.exclude(verdict__in=NOT_HELD)
    lines.update(live=live)
    LineSubscription.objects.filter(line__in=lines).update(live=live)


def free_lines(claim: Claim, *, products: Collection[int], now: datetime, subscriptions: Collection[int] = ()) -> None:
    """Let products of a live claim go, since they were not approved or were lost: others may hold them (R004).

    ``subscriptions`` are keys of single ones that go while their product stays. Sends ``products_changed``.
    """
    if products:
        ClaimLine.objects.filter(claim=claim, product__in=products).update(live=False)
        LineSubscription.objects.filter(line__claim=claim, line__product__in=products).update(live=False)
    if subscriptions:
        LineSubscription.objects.filter(line__claim=claim, subscription__in=subscriptions).update(live=False)
    if products or subscriptions:
        products_changed.send(sender=Claim, claim=claim, now=now)


def _refusal(claim: Claim, action: ClaimAction) -> str:
    wording = {
        ClaimAction.SUBMIT: gettext("Only a claim in Editing can be submitted."),
        ClaimAction.RESUBMIT: gettext("Only a claim that needs partner action can be submitted again."),
        ClaimAction.START_REVIEW: gettext("A review can start only on a submitted claim."),
        ClaimAction.APPROVE: gettext("Only a claim under review can be approved."),
        ClaimAction.REJECT: gettext("Only a claim under review can be rejected."),
        ClaimAction.REQUEST_ACTION: gettext("More information can be asked only for a claim under review."),
        ClaimAction.DENY_CONSENT: gettext("Only an approved association can be denied."),
        ClaimAction.DISCARD: gettext("Only a claim in Editing can be discarded."),
        ClaimAction.DISPUTE: gettext("Only a rejected claim can be disputed."),
        ClaimAction.DISASSOCIATE: gettext("Only an approved association can be ended."),
        ClaimAction.WITHDRAW: gettext("A submission can be withdrawn only before its review has started."),
    }.get(action) or gettext("«{action}» is not possible now.").format(action=action.label)
    status = gettext("The status of this claim is {status}.").format(status=ClaimStatus(claim.status).label)
    return f"{wording} {status}"
