"""The lookups behind the wizard: one small interface, so that a live directory can replace this one."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.module_loading import import_string

from customers.models import CatalogueSku, Product, Subscription, Tenant, TenantSku

PRESENT_SKU = ("Enabled", "Warning")
# As Subscription.is_csp: it has an owner, and that is not its own tenant.
_THROUGH_CSP = Q(owner_tenant_id__isnull=False) & ~Q(owner_tenant_id=F("tenant__tenant_id"))


@dataclass(frozen=True, slots=True)
class Holding:
    """What a tenant has of one product: listed or not, its seats over all SKUs, and its oldest present subscription.

    The list of SKUs carries no date, so ``since`` is known only where a subscription is listed too. ``lapsed`` means that
    it is listed, but suspended, locked out or deleted everywhere. ``csp`` and ``direct`` say how its present subscriptions
    were bought: some through a Cloud Solution Provider, some directly; neither where none is listed.
    """

    on_tenant: bool = False
    lapsed: bool = False
    seats: int = 0
    used: int = 0
    since: datetime | None = None
    csp: bool = False
    direct: bool = False

    @property
    def is_csp(self) -> bool:
        """Whether every present subscription was bought through a Cloud Solution Provider."""
        return self.csp and not self.direct


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

    def holdings_of(self, tenant: Tenant, products: Collection[Product]) -> dict[int, Holding]:
        """What the tenant has of each product, by the product's key; retired products too."""

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

    def holdings_of(self, tenant: Tenant, products: Collection[Product]) -> dict[int, Holding]:
        listed = _standing_for(tenant.skus.all(), "part_number")
        present = _standing_for(tenant.subscriptions.filter(gone_at=None), "sku_part_number")
        units = {"status": "capability_status", "seats": "enabled_units", "used": "consumed_units"}
        found = Product.objects.filter(pk__in=[product.pk for product in products]).annotate(
            listed=ArraySubquery(listed.values(row=JSONObject(**units))),
            since=Subquery(present.order_by("activated_at").values("activated_at")[:1]),
            csp=Exists(present.filter(_THROUGH_CSP)),
            direct=Exists(present.exclude(_THROUGH_CSP)),
        )
        return {each.pk: _holding(each) for each in found}

    def find_subscription(self, subscription_id: UUID) -> Subscription | None:
        named = Q(subscription_id=subscription_id) | Q(commerce_subscription_id=subscription_id)
        present_first = (F("gone_at").asc(nulls_first=True), "pk")
        return Subscription.objects.filter(named).select_related("tenant").order_by(*present_first).first()

    def products_of(self, subscription: Subscription) -> list[Product]:
        by_part_number = Q(sku_id=None, part_number=subscription.sku_part_number)
        named = Q(sku_id=subscription.sku_id) | by_part_number
        skus = CatalogueSku.objects.filter(named, is_dynamics=True, claimable=True)
        return list(Product.objects.filter(skus__in=skus, retired_at=None).distinct())


def _standing_for[Row: (TenantSku, Subscription)](rows: QuerySet[Row], part_number: str) -> QuerySet[Row]:
    """The rows whose SKU stands for the product of the query around them."""
    skus = CatalogueSku.objects.filter(products=OuterRef(OuterRef("pk")), claimable=True)
    known = Q(sku_id__in=skus.exclude(sku_id=None).values("sku_id"))
    return rows.filter(known | Q(**{f"{part_number}__in": skus.filter(sku_id=None).values("part_number")}))


def _holding(product: Any) -> Holding:
    """What the columns of ``holdings_of`` say of a product."""
    present = [row for row in product.listed if row["status"] in PRESENT_SKU]
    seats, used = (sum(row[name] for row in present) for name in ("seats", "used"))
    lapsed = bool(product.listed) and not present
    return Holding(bool(present), lapsed, seats, used, product.since, csp=product.csp, direct=product.direct)


def directory() -> Directory:
    """The directory this installation uses (setting CUSTOMER_DIRECTORY)."""
    return import_string(settings.CUSTOMER_DIRECTORY)()
