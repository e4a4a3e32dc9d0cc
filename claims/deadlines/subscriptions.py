"""A subscription ended, and the association on it with it (Q40): 24 hours later, since a directory's word may be corrected."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Greatest

from claims import customer_messages
from claims.actors import Actor
from claims.associations import end_part
from claims.deadlines.clock import MOST
from claims.enums import ClaimAction, ClaimStatus
from claims.history import record_event
from claims.lifecycle import perform, touch
from claims.losing import keep_rest
from claims.models import ActionRequest, Association, Claim
from customers import consent
from customers.enums import SubscriptionStatus
from customers.models import Subscription

# Suspended and locked out are no ends: customers come back from both.
OVER = (SubscriptionStatus.DELETED, SubscriptionStatus.EXPIRED)
PATIENCE = timedelta(hours=24)
_ENDED = Q(subscription__gone_at__isnull=False) | Q(subscription__status__in=OVER)


def note_ended_subscriptions(*, now: datetime) -> int:
    """Write down since when the subscription of a running association is over, or that it is back; returns how many rows.

    Gone from the import counts from that import; Deleted and Expired carry no date, so they count from here. Nothing
    counts from before the association. Each statement is safe to run twice and beside another sweep.
    """
    running = Association.objects.filter(ended_at=None, subscription__isnull=False)
    back = running.filter(ending_since__isnull=False).exclude(_ENDED)
    noted = running.filter(pk__in=back.values("pk")).update(ending_since=None)
    own = Subscription.objects.filter(pk=OuterRef("subscription"))
    since = Case(
        When(Q(gone__isnull=False) & ~Q(state__in=OVER), then=F("gone")),
        default=Value(now),
    )
    facts = {"gone": Subquery(own.values("gone_at")), "state": Subquery(own.values("status"))}
    late = Q(ending_since=None) | Q(ending_since__lt=F("started_at"))
    again = Q(subscription__gone_at__gt=F("ending_since")) & ~Q(subscription__status__in=OVER)
    wrong = running.filter(_ENDED).filter(late | again)
    return noted + running.filter(pk__in=wrong.values("pk")).annotate(**facts).update(
        ending_since=Greatest(since, F("started_at"))
    )


def ending_associations() -> QuerySet[Association]:
    """Running associations whose subscription is over, in the order in which they end."""
    return Association.objects.filter(ended_at=None, ending_since__isnull=False).order_by("ending_since", "pk")


def claims_losing_subscriptions(*, now: datetime, most: int = MOST) -> list[int]:
    """Claims that hold an association on a subscription which has been over for 24 hours, longest first.

    Brings up to date what is known of subscriptions first.
    """
    note_ended_subscriptions(now=now)
    over = ending_associations().filter(ending_since__lte=now - PATIENCE)
    return list(dict.fromkeys(over.values_list("claim_id", flat=True)[:most]))


def end_with_subscriptions(claim_id: int, *, now: datetime) -> bool:
    """End a claim's associations on subscriptions that have been over for 24 hours, also of a revenue association.

    What is left stays approved, and the customer is asked about the rest; with nothing left the claim becomes «Association
    ended» and the customer's link asks nothing any more. Open requests about what is gone are closed; the partner is told.
    """
    with transaction.atomic():
        claim = Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim_id)
        over = ending_associations().filter(_ENDED, claim=claim, ending_since__gte=F("started_at"))
        due = over.filter(ending_since__lte=now - PATIENCE)
        rows = list(due.select_related("product", "subscription").order_by("product__name", "pk"))
        if claim.status != ClaimStatus.APPROVED or not rows:
            return False
        gone = {row.subscription_id for row in rows if row.subscription_id}
        lost = [f"{row.product.label} ({row.subscription.shown_id})" for row in rows if row.subscription]
        reason = Association.EndReason.SUBSCRIPTION_ENDED
        end_part(claim, workloads=(), subscriptions=gone, reason=reason, now=now)
        whole = not Association.objects.filter(claim=claim, ended_at=None).exists()
        if whole:
            event = perform(claim, ClaimAction.EXPIRE, actor=Actor.system(), now=now, data={"lost": lost})
            consent.withdraw(str(claim.pk), now=now)
        else:
            touch(claim)
            keep_rest(claim, subscriptions=gone, now=now)
            _close_idle_requests(claim, lost={row.product_id for row in rows}, now=now)
            event = record_event(
                claim, ClaimAction.LOSE_SUBSCRIPTION, actor=Actor.system(), now=now, data={"lost": lost}
            )
        customer_messages.tell_subscription_ended(claim, event=event, whole=whole)
    return True


def _close_idle_requests(claim: Claim, *, lost: Collection[int], now: datetime) -> None:
    """Close the open request when all that it asks is about products of which the claim holds nothing any more."""
    held = Association.objects.filter(claim=claim, ended_at=None, product__in=lost).values_list("product_id", flat=True)
    gone = set(lost) - set(held)
    request = ActionRequest.objects.filter(claim=claim, closed_at=None).first()
    if request and request.items.exists() and not request.items.exclude(product__in=gone).exists():
        ActionRequest.objects.filter(pk=request.pk).update(closed_at=now)
