"""The lookups behind the wizard: one small interface, so that a live directory can replace this one."""

from collections import defaultdict
from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.utils.module_loading import import_string

from customers.models import CatalogueSku, Product, Subscription, Tenant

PRESENT_SKU = ("Enabled", "Warning")


class Directory(Protocol):
    """What the portal asks of a customer directory. Nothing here changes data."""

    def find_tenant(self, tenant_id: UUID) -> Tenant | None:
        """The tenant with this id, or None."""

    def owns_domain(self, tenant: Tenant, domain: str) -> bool:
        """Whether the domain is verified by this tenant, ignoring case (Q22)."""

    def product_ids_on(self, tenant: Tenant) -> set[int]:
        """Primary keys of the offered products and workloads behind the tenant's enabled SKUs.

        A subscription may be newer than this list (Q17); then its product is asked for by subscription.
        """

    def subscriptions_of(self, tenant: Tenant, products: Collection[Product]) -> dict[int, list[Subscription]]:
        """The tenant's present subscriptions of each product, by the product's key: oldest first, whatever their state."""

    def find_subscription(self, subscription_id: UUID) -> Subscription | None:
        """The subscription with this directory or commerce id, on any tenant; a present one first."""

    def products_of(self, subscription: Subscription) -> list[Product]:
        """The claimable products that the subscription's SKU stands for; none if it is not Dynamics."""


class ImportedDirectory:
    """Answers from the tenants imported with ``manage.py import_tenant``.

    A SKU is recognised by its id; one that Microsoft never published an id for, by its part number.
    """

    def find_tenant(self, tenant_id: UUID) -> Tenant | None:
        return Tenant.objects.filter(tenant_id=tenant_id).first()

    def owns_domain(self, tenant: Tenant, domain: str) -> bool:
        return tenant.domains.filter(name__iexact=domain.strip()).exists()

    def product_ids_on(self, tenant: Tenant) -> set[int]:
        listed = tenant.skus.filter(capability_status__in=PRESENT_SKU)
        pairs = listed.values_list("sku_id", "part_number")
        ids, parts = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
        by_catalogue = Q(sku_id__in=ids) | Q(sku_id=None, part_number__in=parts)
        skus = CatalogueSku.objects.filter(by_catalogue, claimable=True)
        return set(Product.objects.filter(retired_at=None, skus__in=skus).values_list("pk", flat=True))

    def subscriptions_of(self, tenant: Tenant, products: Collection[Product]) -> dict[int, list[Subscription]]:
        keys = [product.pk for product in products]
        if not keys:
            return {}
        skus = CatalogueSku.objects.filter(products__in=keys, claimable=True)
        ids, parts = defaultdict(set), defaultdict(set)
        for product, sku_id, part_number in skus.values_list("products", "sku_id", "part_number"):
            if sku_id is not None:
                ids[product].add(sku_id)
            else:
                parts[product].add(part_number)
        any_of = Q(sku_id__in=set().union(*ids.values())) | Q(sku_part_number__in=set().union(*parts.values()))
        present = tenant.subscriptions.filter(any_of, gone_at=None).select_related("tenant")
        found = list(present.order_by("activated_at", "pk"))
        return {
            key: [each for each in found if each.sku_id in ids[key] or each.sku_part_number in parts[key]]
            for key in keys
        }

    def find_subscription(self, subscription_id: UUID) -> Subscription | None:
        named = Q(subscription_id=subscription_id) | Q(commerce_subscription_id=subscription_id)
        present_first = (F("gone_at").asc(nulls_first=True), "pk")
        return Subscription.objects.filter(named).select_related("tenant").order_by(*present_first).first()

    def products_of(self, subscription: Subscription) -> list[Product]:
        by_part_number = Q(sku_id=None, part_number=subscription.sku_part_number)
        named = Q(sku_id=subscription.sku_id) | by_part_number
        skus = CatalogueSku.objects.filter(named, is_dynamics=True, claimable=True)
        return list(Product.objects.filter(skus__in=skus, retired_at=None).distinct())


def directory() -> Directory:
    """The directory this installation uses (setting CUSTOMER_DIRECTORY)."""
    return import_string(settings.CUSTOMER_DIRECTORY)()
