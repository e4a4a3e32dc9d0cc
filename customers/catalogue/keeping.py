"""What staff may decide about the catalogue by hand, so that later imports leave it alone."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from customers.catalogue.facts import is_power_bi
from customers.enums import SolutionArea
from customers.models import Product
from kit.errors import RuleViolation


@transaction.atomic
def retire_products(products: Iterable[Product], *, now: datetime) -> int:
    """Offer products no longer, whatever the list says; old claims keep them. Returns how many changed."""
    return _decide(products, retired_at=now)


@transaction.atomic
def offer_products(products: Iterable[Product]) -> int:
    """Offer products again, whatever the list says. Returns how many changed."""
    return _decide(products, retired_at=None)


def _decide(products: Iterable[Product], *, retired_at: datetime | None) -> int:
    chosen = [product for product in products if (product.retired_at is None) != (retired_at is None)]
    for product in chosen:
        product.retired_at, product.kept_by_hand = retired_at, True
        product.save(update_fields=["retired_at", "kept_by_hand"])
    return len(chosen)


def check_sku(*, name: str, part_number: str, is_dynamics: bool, claimable: bool, products: Iterable[Product]) -> None:
    """Refuse what the claims process cannot hold; changes nothing.

    Power BI is never claimable here (R002). A SKU that cannot be claimed stands for nothing. A Dynamics SKU
    stands for at most one product, so that no subscription is claimed twice, and any other SKU for workloads
    only (R005).
    """
    chosen = list(products)
    if claimable and is_power_bi(name, part_number):
        raise RuleViolation(gettext("Power BI cannot be claimed here. It stays with Digital Partner of Record."))
    if chosen and not claimable:
        raise RuleViolation(gettext("A SKU that cannot be claimed has no products. Remove them, or make it claimable."))
    areas = {product.solution_area for product in chosen}
    if is_dynamics and (len(chosen) > 1 or SolutionArea.MICROSOFT_365 in areas):
        raise RuleViolation(gettext("A Dynamics SKU stands for one Business Applications product."))
    if not is_dynamics and SolutionArea.BUSINESS_APPLICATIONS in areas:
        raise RuleViolation(gettext("Only a Dynamics SKU can stand for a Business Applications product."))
