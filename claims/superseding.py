"""What a comparison of rivals does to the partner that holds: it loses all, loses a part, or keeps what it has."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from claims import messages
from claims.actors import Actor
from claims.associations import end_associations, end_part
from claims.enums import ClaimAction, ClaimStatus
from claims.findings import Finding, told_to_partner
from claims.history import record_event
from claims.lifecycle import locked, perform, touch
from claims.losing import keep_rest
from claims.models import Association, Claim, ClaimEvent, ClaimLine, LineSubscription
from customers import consent
from kit.errors import RuleViolation, StaleRecord

SUPERSEDED = Association.EndReason.SUPERSEDED


@transaction.atomic
def supersede(
    claim: Claim,
    *,
    workloads: Collection[int],
    subscriptions: Collection[int],
    reasons: Sequence[Finding],
    message: str,
    actor: Actor,
    now: datetime,
) -> ClaimEvent:
    """Another partner was selected: end the associations for these products and subscriptions (R172, Q40).

    ``workloads`` are keys of products, ``subscriptions`` keys of subscriptions. When nothing is left the claim becomes
    «Association ended» and the customer's link asks nothing any more; otherwise it stays approved for the rest, and the
    link asks about the rest. An open request is closed, the partner told. Raises RuleViolation when the claim is not
    approved, StaleRecord when it does not hold one of them any more.
    """
    _require_approved(claim)
    lost = _named_parts(claim, workloads=workloads, subscriptions=subscriptions)
    ended = end_part(claim, workloads=workloads, subscriptions=subscriptions, reason=SUPERSEDED, now=now)
    if ended != len(workloads) + len(subscriptions):
        raise StaleRecord(gettext("Claim {number} does not hold all of this any more.").format(number=claim.pk))
    close_requests(claim, now=now)
    data = told_to_partner(claim, reasons, message) | {"lost": lost}
    if Association.objects.filter(claim=claim, ended_at=None).exists():
        event = _lose_part(claim, subscriptions, actor=actor, data=data, now=now)
    else:
        event = perform(claim, ClaimAction.SUPERSEDE, actor=actor, now=now, data=data)
        end_associations(claim, reason=SUPERSEDED, now=now)
        consent.withdraw(str(claim.pk), now=now)
    messages.tell_selected_against(claim, event=event)
    return event


def _lose_part(
    claim: Claim,
    subscriptions: Collection[int],
    *,
    actor: Actor,
    data: dict[str, object],
    now: datetime,
) -> ClaimEvent:
    touch(claim)
    keep_rest(claim, subscriptions=subscriptions, now=now)
    return record_event(claim, ClaimAction.LOSE_PRODUCT, actor=actor, now=now, data=data)


@transaction.atomic
def keep_association(claim: Claim, *, message: str, actor: Actor, now: datetime) -> ClaimEvent:
    """The partner that holds was selected: its claim stays as it is, an open request is closed, and it is told (R171).

    Raises RuleViolation when the claim is not approved any more.
    """
    _require_approved(claim)
    close_requests(claim, now=now)
    data = {"message": message.strip()} if message.strip() else {}
    event = record_event(claim, ClaimAction.KEEP_ASSOCIATION, actor=actor, now=now, data=data)
    messages.tell_association_kept(claim, event=event)
    return event


def close_requests(claim: Claim, *, now: datetime) -> None:
    """What was asked of a partner that holds is settled by the decision, answered or not."""
    claim.action_requests.filter(closed_at=None).update(closed_at=now)


def _require_approved(claim: Claim) -> None:
    """Hold the claim before its request and its associations are written, as everywhere, and see that it is approved."""
    status = ClaimStatus(locked(claim.pk).status)
    if status != ClaimStatus.APPROVED:
        raise RuleViolation(
            gettext("Claim {number} holds nothing any more. Its status is {status}.").format(
                number=claim.pk, status=status.label
            )
        )


def _named_parts(claim: Claim, *, workloads: Collection[int], subscriptions: Collection[int]) -> list[str]:
    lines = ClaimLine.objects.filter(claim=claim, product__in=workloads).select_related("product")
    chosen = LineSubscription.objects.filter(line__claim=claim, subscription__in=subscriptions)
    named = [line.product.label for line in lines]
    related = chosen.select_related("line__product", "subscription").order_by("line__product__name", "pk")
    return named + [f"{entry.line.product.label} ({entry.subscription.shown_id})" for entry in related]
