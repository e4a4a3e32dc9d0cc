"""What a customer is asked for: the products and subscriptions of an approved claim, in the words of the mail."""

from django.db.models import Prefetch

from claims.enums import NOT_HELD
from claims.models import Claim, LineSubscription
from customers.consent import Item


def consent_items(claim: Claim) -> list[Item]:
    """What the consent mail lists: «NAME, CODE» per workload, «PRODUCT, ID, Country» per subscription (R185, R186).

    Each with the key by which a denial of it alone finds its association.
    """
    items = []
    approved = claim.lines.exclude(verdict__in=NOT_HELD)
    chosen = Prefetch("subscriptions", LineSubscription.objects.filter(live=True).select_related("subscription"))
    for line in approved.select_related("product").prefetch_related(chosen):
        if not line.by_subscription:
            items.append(Item(f"product:{line.product_id}", f"{line.product.label}, {line.product.code}"))
        for entry in line.subscriptions.all():
            text = f"{line.product.name}, {entry.subscription.shown_id}"
            items.append(Item(f"subscription:{entry.subscription_id}", text, claim.tenant.country))
    return items
