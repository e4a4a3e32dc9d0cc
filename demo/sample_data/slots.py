"""Who claims what: finds customer, products and subscriptions for each sample claim, so that no rule will refuse it.

The rules would refuse a second live claim of the same partner, a subscription that is associated already, and a second
association. Hence a claim reserves what it takes from its creation to its end, for all partners; a contested claim to a
workload only needs it free within its own partner, as others may be claimed in parallel (Q15).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from customers.directory import directory
from customers.enums import SolutionArea
from customers.models import Product, Subscription, Tenant
from demo.sample_data import special
from demo.sample_data.plans import Plan
from demo.sample_data.stories import Story

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Offer:
    """What can be claimed at one customer."""

    tenant: Tenant
    domain: str
    workloads: list[Product] = field(default_factory=list)
    dynamics: list[tuple[Product, Subscription]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Span:
    start: datetime
    end: datetime

    def meets(self, other: "_Span") -> bool:
        return self.start < other.end and other.start < self.end


class Reservations:
    """Who holds what from when to when."""

    def __init__(self) -> None:
        self._spans: dict[Hashable, list[_Span]] = defaultdict(list)

    def is_free(self, plan: Plan, thing: Hashable) -> bool:
        """Whether the claim could take the thing for its time."""
        span = _span(plan)
        return not any(span.meets(other) for key in _asks(plan, thing) for other in self._spans[key])

    def take(self, plan: Plan, thing: Hashable) -> None:
        """Reserve the thing for the claim."""
        for key in _reserves(plan, thing):
            self._spans[key].append(_span(plan))


def allocate(plans: list[Plan], *, rng: Random) -> None:
    """Fill customer, products and subscriptions in. Stories choose first, then whoever holds longest.

    Raises LookupError when a claim finds nothing, which the facts of this package exclude.
    """
    offers, reservations = {offer.domain: offer for offer in _offers()}, Reservations()
    for plan in plans:
        if plan.story:
            offer = offers[plan.story.domain]
            _take(plan, offer, _told(plan.story, offer), reservations)
    rest = [plan for plan in plans if not plan.story]
    for plan in sorted(rest, key=lambda plan: (plan.ended_at is not None, plan.created_at)):
        wanted = rng.choices((1, 2, 3, 4), (9, 7, 3, 1))[0]
        offer, things = _best_offer(plan, wanted, list(offers.values()), reservations, rng=rng)
        _take(plan, offer, things, reservations)


def _offers() -> list[Offer]:
    lookup, offers = directory(), []
    products = list(Product.objects.filter(retired_at=None).order_by("pk"))
    for tenant in Tenant.objects.prefetch_related("domains").order_by("pk"):
        offer = Offer(tenant, next(domain.name for domain in tenant.domains.all() if domain.is_default))
        owned = lookup.product_ids_on(tenant)
        for product in products:
            if product.pk in owned and product.is_workload:
                offer.workloads.append(product)
            elif product.pk in owned:
                found = lookup.subscriptions_of(tenant, [product])[product.pk]
                claimable = [one for one in found if one.is_active and not one.is_csp and not one.is_trial]
                offer.dynamics += [(product, one) for one in claimable]
        offers.append(offer)
    return offers


def _told(story: Story, offer: Offer) -> list[tuple[Product, Subscription | None]]:
    """What a story names: workloads, or of each SKU the named subscription, else the first that can be claimed."""
    if story.codes:
        return [(product, None) for product in offer.workloads if product.code in story.codes]
    found: list[tuple[Product, Subscription | None]] = []
    for part in story.parts:
        fitting = [pair for pair in offer.dynamics if pair[1].sku_part_number == part]
        named = [pair for pair in fitting if pair[1].commerce_subscription_id in story.subscriptions]
        found.append((named or fitting)[0])
    return found


def _best_offer(
    plan: Plan, wanted: int, offers: Iterable[Offer], reservations: Reservations, *, rng: Random
) -> tuple[Offer, list[tuple[Product, Subscription | None]]]:
    """The first of the customers, in random order, that has as much free as wanted; else the one that has most."""
    shuffled = [offer for offer in offers if offer.domain != special.TRY_DOMAIN]
    rng.shuffle(shuffled)
    best: tuple[Offer, list[tuple[Product, Subscription | None]]] | None = None
    for offer in shuffled:
        things = _free(plan, offer, reservations)
        rng.shuffle(things)
        if best is None or len(things) > len(best[1]):
            best = (offer, things)
        if len(things) >= wanted:
            break
    if best is None or not best[1]:
        raise LookupError(f"no customer is left for a claim of {plan.partner}")
    return best[0], best[1][:wanted]


def _free(plan: Plan, offer: Offer, reservations: Reservations) -> list[tuple[Product, Subscription | None]]:
    if plan.solution_area == SolutionArea.MICROSOFT_365:
        found: list[tuple[Product, Subscription | None]] = [(product, None) for product in offer.workloads]
    else:
        found = list(offer.dynamics)
    return [pair for pair in found if reservations.is_free(plan, _thing(offer, *pair))]


def _take(
    plan: Plan, offer: Offer, things: Iterable[tuple[Product, Subscription | None]], reservations: Reservations
) -> None:
    plan.tenant = offer.tenant
    for product, subscription in things:
        reservations.take(plan, _thing(offer, product, subscription))
        if product not in plan.products:
            plan.products.append(product)
        if subscription is not None:
            plan.subscriptions.setdefault(product.pk, []).append(subscription)


def _thing(offer: Offer, product: Product, subscription: Subscription | None) -> Hashable:
    return ("subscription", subscription.pk) if subscription else ("workload", offer.tenant.pk, product.pk)


def _span(plan: Plan) -> _Span:
    return _Span(plan.created_at, plan.ended_at or _NEVER)


def _asks(plan: Plan, thing: Hashable) -> list[Hashable]:
    """Under which keys something reserved would stand in the way."""
    if plan.is_revenue:
        return [("revenue", plan.partner, thing)]
    return [("own", plan.partner, thing)] if plan.contested else [("any", thing), ("own", plan.partner, thing)]


def _reserves(plan: Plan, thing: Hashable) -> list[Hashable]:
    if plan.is_revenue:
        return [("revenue", plan.partner, thing)]
    own = ("own", plan.partner, thing)
    return [own] if plan.contested else [("any", thing), own]
