"""The customer's seven days to opt out, and the partner's thirty days to dispute: what happens when they have passed."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from claims import customer_messages, messages
from claims.actors import Actor
from claims.associations import was_denied_in_part
from claims.deadlines.clock import MOST
from claims.enums import ClaimAction, ClaimStatus
from claims.history import record_event
from claims.models import Claim


def open_windows() -> QuerySet[Claim]:
    """Approved claims whose customer may still opt out before the association is in effect, soonest first."""
    running = Claim.objects.filter(status=ClaimStatus.APPROVED, in_effect_at=None, opt_out_until__isnull=False)
    return running.order_by("opt_out_until", "pk")


def windows_to_close(*, now: datetime, most: int = MOST) -> list[int]:
    """Approved claims whose seven days have passed without a denial (R168), oldest first."""
    return list(open_windows().filter(opt_out_until__lte=now).values_list("pk", flat=True)[:most])


def close_window(claim_id: int, *, now: datetime) -> bool:
    """Note that the opt-out period ended and the association is in effect; the deny link keeps working (Q2, Q7).

    A denial that was received before the end wins also when it comes to the lock after this.
    """
    with transaction.atomic():
        claim = Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim_id)
        still_open = claim.status == ClaimStatus.APPROVED and claim.in_effect_at is None
        if not still_open or claim.opt_out_until is None or claim.opt_out_until > now:
            return False
        Claim.objects.filter(pk=claim.pk).update(in_effect_at=now)
        event = record_event(claim, ClaimAction.CLOSE_WINDOW, actor=Actor.system(), now=now)
        messages.tell_in_effect(claim, event=event, in_part=was_denied_in_part(claim))
    return True


def open_disputes() -> QuerySet[Claim]:
    """Rejected claims whose partner may still dispute that (Q49), soonest end first."""
    disputable = Claim.objects.filter(status=ClaimStatus.REJECTED, dispute_until__isnull=False)
    return disputable.order_by("dispute_until", "pk")


def disputes_to_close(*, now: datetime, most: int = MOST) -> list[int]:
    """Rejected claims whose thirty days to dispute have passed, oldest first."""
    return list(open_disputes().filter(dispute_until__lte=now).values_list("pk", flat=True)[:most])


def close_dispute(claim_id: int, *, now: datetime) -> bool:
    """Note that the rejection can be disputed no more (Q49), and tell the partner in the portal.

    The status stays, and so does the last activity: nobody did anything. At the end itself a dispute is refused already.
    """
    with transaction.atomic():
        claim = Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim_id)
        if claim.status != ClaimStatus.REJECTED or claim.dispute_until is None or claim.dispute_until > now:
            return False
        Claim.objects.filter(pk=claim.pk).update(dispute_until=None)
        claim.dispute_until = None
        event = record_event(claim, ClaimAction.CLOSE_DISPUTE, actor=Actor.system(), now=now, is_activity=False)
        customer_messages.tell_dispute_closed(claim, event=event)
    return True
