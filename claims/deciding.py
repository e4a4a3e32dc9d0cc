"""What Microsoft does with a claim: start the review, ask, approve, reject; and what the customer's denial does."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from claims import messages
from claims.actors import Actor
from claims.associations import end_associations, open_associations
from claims.calendar import review_due_on
from claims.enums import ClaimAction, ClaimStatus
from claims.history import record_event
from claims.lifecycle import perform
from claims.models import ActionRequest, Association, Claim, ClaimEvent, ReasonCode
from customers import consent
from customers.countries import country_name
from customers.enums import DenialReason
from customers.models import ConsentRequest
from kit.errors import RuleViolation

HELD = (
    "Another partner is already associated with one of these products or subscriptions, so this claim cannot be approved. "
    "One partner per product/workload or subscription."
)
OWN_REJECTION = "You rejected this claim, and the partner disputed that. Another reviewer decides on it now."


def start_review(claim: Claim, *, actor: Actor, now: datetime) -> ClaimEvent:
    """Begin the review: Submitted becomes Under review, and five business days start to run (R161, R162)."""
    changes = {"review_started_at": now, "review_due_on": review_due_on(now), "reviewer": actor.user}
    with transaction.atomic():
        event = perform(claim, ClaimAction.START_REVIEW, actor=actor, now=now, changes=changes)
        messages.tell_review_started(claim, event=event)
    return event


@transaction.atomic
def request_action(
    claim: Claim, *, reasons: Sequence[ReasonCode], message: str, actor: Actor, now: datetime
) -> ActionRequest:
    """Ask the partner for more, with coded reasons and a message; 30 days start to run (R164, R165, Q1)."""
    if not reasons:
        raise RuleViolation("Choose at least one reason, so that the partner knows what to do.")
    if unfit := [reason for reason in reasons if not reason.for_action]:
        raise RuleViolation(f"«{unfit[0].title}» is a reason to reject, not to ask.")
    if actor.user is None:
        raise RuleViolation("Only a reviewer asks for more.")
    _refuse_own_rejection(claim, actor=actor)
    due_at = now + timedelta(days=settings.ACTION_REQUIRED_DAYS)
    event = perform(
        claim,
        ClaimAction.REQUEST_ACTION,
        actor=actor,
        now=now,
        changes={"action_due_at": due_at},
        data=_told(reasons, message),
    )
    request = ActionRequest.objects.create(
        claim=claim, message=message.strip(), requested_by=actor.user, requested_at=now, due_at=due_at
    )
    request.reasons.set(reasons)
    messages.tell_action_required(claim, event=event)
    return request


def approve(claim: Claim, *, actor: Actor, now: datetime, message: str = "") -> ClaimEvent:
    """Approve: open the associations, ask the customer (not for revenue association), tell the partner (R006, R168).

    Raises RuleViolation when another partner holds one of the products: the database lets exactly one through (R004);
    and when the reviewer's own rejection was disputed (Q49).
    """
    _refuse_own_rejection(claim, actor=actor)
    try:
        with transaction.atomic():
            return _approve(claim, actor=actor, now=now, message=message)
    except IntegrityError as error:
        raise RuleViolation(HELD) from error


def _approve(claim: Claim, *, actor: Actor, now: datetime, message: str) -> ClaimEvent:
    opt_out_until = None if claim.is_revenue else now + timedelta(days=settings.OPT_OUT_DAYS)
    changes = {
        "decided_at": now,
        "opt_out_until": opt_out_until,
        "in_effect_at": now if claim.is_revenue else None,
    }
    event = perform(claim, ClaimAction.APPROVE, actor=actor, now=now, changes=changes, data=_told([], message))
    open_associations(claim, now=now)
    if not claim.is_revenue:
        _ask_customer(claim, now=now)
    messages.tell_approved(claim, event=event)
    return event


def _ask_customer(claim: Claim, *, now: datetime) -> None:
    consent.ask_for_consent(
        reference=str(claim.pk),
        solution_area=claim.solution_area,
        tenant=claim.tenant,
        domain=claim.customer_domain,
        customer_name=claim.customer_contact_name,
        customer_email=claim.customer_contact_email,
        items=consent_items(claim),
        partner_name=claim.organization.name,
        partner_contact_name=claim.partner_contact_name,
        partner_contact_email=claim.partner_contact_email,
        now=now,
    )
    data = {} if claim.tenant.admin_emails else {"without_copy": True}
    record_event(claim, ClaimAction.ASK_CONSENT, actor=Actor.system(), now=now, data=data)


def consent_items(claim: Claim) -> list[str]:
    """What the consent mail lists: «NAME, CODE» per workload, «PRODUCT, ID, Country» per subscription (R185, R186)."""
    items = []
    lines = claim.lines.select_related("product").prefetch_related("subscriptions__subscription")
    for line in lines:
        if not line.by_subscription:
            items.append(f"{line.product.label}, {line.product.code}")
        for entry in line.subscriptions.all():
            printed = [line.product.name, entry.subscription.shown_id, country_name(claim.tenant.country)]
            items.append(", ".join(part for part in printed if part))
    return items


@transaction.atomic
def reject(claim: Claim, *, reasons: Sequence[ReasonCode], message: str, actor: Actor, now: datetime) -> ClaimEvent:
    """Reject with coded reasons and a message; the products are free again (R166)."""
    if not reasons:
        raise RuleViolation("Choose at least one reason, so that the partner knows why.")
    if unfit := [reason for reason in reasons if not reason.for_rejection]:
        raise RuleViolation(f"«{unfit[0].title}» cannot be a reason to reject.")
    _refuse_own_rejection(claim, actor=actor)
    event = perform(
        claim, ClaimAction.REJECT, actor=actor, now=now, changes={"decided_at": now}, data=_told(reasons, message)
    )
    messages.tell_rejected(claim, event=event)
    return event


@transaction.atomic
def accept_denial(request: ConsentRequest, *, now: datetime) -> ClaimEvent:
    """The customer denied: Approved becomes Customer consent denied, the associations end, the partner is told (R183).

    Possible at any time; after the opt-out period history says so (Q2). Raises RuleViolation when the association has
    ended already.
    """
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=int(request.reference))
    if claim.status != ClaimStatus.APPROVED:
        raise RuleViolation("This association has ended already. There is nothing to deny.")
    data = {
        "denial_reasons": [DenialReason(reason).label for reason in request.denial_reasons],
        "shared_comment": request.comment if request.share_comment else "",
        "late": bool(claim.opt_out_until and now >= claim.opt_out_until),
    }
    actor = Actor.customer(request.customer_name)
    event = perform(claim, ClaimAction.DENY_CONSENT, actor=actor, now=now, data=data)
    end_associations(claim, reason=Association.EndReason.CONSENT_DENIED, now=now)
    messages.tell_consent_denied(claim, event=event)
    return event


def _refuse_own_rejection(claim: Claim, *, actor: Actor) -> None:
    """A disputed claim is decided by another reviewer than the one who rejected it, also after one more request (Q49)."""
    dispute = claim.events.filter(action=ClaimAction.DISPUTE).first()
    if dispute and claim.events.filter(action=ClaimAction.REJECT, actor=actor.user, pk__lt=dispute.pk).exists():
        raise RuleViolation(OWN_REJECTION)


def _told(reasons: Sequence[ReasonCode], message: str) -> dict[str, object]:
    """A copy of what the partner is told, since the texts of reason codes may change later."""
    told = [{"code": reason.code, "title": reason.title, "text": reason.text} for reason in reasons]
    return {"reasons": told, "message": message.strip()}
