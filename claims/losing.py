"""What is left of an approved claim that lost a part: to another partner, by the customer's denial, or with a subscription.

And what it has again where the customer took such a denial back.
"""

from collections.abc import Collection
from datetime import datetime

from claims.consent_items import consent_items
from claims.enums import LineVerdict
from claims.lifecycle import free_lines
from claims.models import Association, Claim, ClaimLine, LineSubscription
from claims.signals import products_changed
from customers import consent


def keep_rest(claim: Claim, *, subscriptions: Collection[int], now: datetime) -> None:
    """Let go what the claim does not hold any more: others may claim it, and the customer is asked only about the rest.

    ``subscriptions`` are keys of those that went. Needs an open transaction.
    """
    let_go(claim, subscriptions=subscriptions, now=now)
    consent.narrow(str(claim.pk), keep=[item.key for item in consent_items(claim)], now=now)


def let_go(claim: Claim, *, subscriptions: Collection[int], now: datetime) -> None:
    """The same without a word to the customer, whose own denial it was.

    Products that were approved and have no running association are marked as lost. Needs an open transaction.
    """
    held = Association.objects.filter(claim=claim, ended_at=None).values("product_id")
    gone = set(ClaimLine.objects.filter(claim=claim).exclude(product__in=held).values_list("product_id", flat=True))
    lost = ClaimLine.objects.filter(claim=claim, product__in=gone).exclude(verdict=LineVerdict.REFUSED)
    lost.update(verdict=LineVerdict.LOST)
    free_lines(claim, products=gone, subscriptions=subscriptions, now=now)


def take_up(claim: Claim, *, subscriptions: Collection[int], now: datetime) -> None:
    """What ``let_go`` let go is the claim's again, as far as associations run by now; ``subscriptions`` are keys of those.

    Raises IntegrityError when another claim of the organization, live meanwhile, holds the same. Needs an open transaction.
    """
    held = Association.objects.filter(claim=claim, ended_at=None).values_list("product_id", flat=True)
    again = ClaimLine.objects.filter(claim=claim, product__in=set(held), verdict=LineVerdict.LOST)
    again.update(verdict=LineVerdict.ACCEPTED, live=True)
    LineSubscription.objects.filter(line__claim=claim, subscription__in=subscriptions).update(live=True)
    products_changed.send(sender=Claim, claim=claim, now=now)
