"""The lookups behind the wizard: one small interface, so that a live directory can replace the imported one."""

from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from customers.models import Product, Subscription, Tenant


class Directory(Protocol):
    """What the portal asks of a customer directory. Nothing here changes data."""

    def find_tenant(self, tenant_id: UUID) -> Tenant | None:
        """The tenant with this id, or None."""

    def owns_domain(self, tenant: Tenant, domain: str) -> bool:
        """Whether the domain is verified by this tenant, ignoring case (Q22)."""

    def product_ids_on(self, tenant: Tenant) -> set[int]:
        """Primary keys of the catalogue's products and workloads that the tenant has by its SKUs or subscriptions."""

    def subscriptions_of(self, tenant: Tenant, product: Product) -> list[Subscription]:
        """The tenant's present subscriptions of a product, oldest first, whatever their state."""

    def find_subscription(self, subscription_id: UUID) -> Subscription | None:
        """The subscription with this directory or commerce id, on any tenant, or None."""

    def products_of(self, subscription: Subscription) -> list[Product]:
        """The claimable products that the subscription's SKU stands for; none for a SKU that is not Dynamics."""


class ImportedDirectory:
    """Answers from the tenants imported with ``manage.py import_tenant``."""

    def find_tenant(self, tenant_id: UUID) -> Tenant | None:
        return Tenant.objects.filter(tenant_id=tenant_id).first()

    def owns_domain(self, tenant: Tenant, domain: str) -> bool:
        return tenant.domains.filter(name__iexact=domain.strip()).exists()

    def product_ids_on(self, tenant: Tenant) -> set[int]:
        by_sku = tenant.skus.filter(capability_status__in=["Enabled", "Warning"]).values("sku_id")
        owned = Product.objects.filter(retired_at=None, skus__sku_id__in=by_sku, skus__claimable=True)
        return set(owned.values_list("pk", flat=True))

    def subscriptions_of(self, tenant: Tenant, product: Product) -> list[Subscription]:
        of_product = product.skus.filter(claimable=True).values("sku_id")
        return list(
            tenant.subscriptions.filter(gone_at=None, sku_id__in=of_product).select_related("tenant").order_by("activated_at", "pk")
        )

    def find_subscription(self, subscription_id: UUID) -> Subscription | None:
        named = Q(subscription_id=subscription_id) | Q(commerce_subscription_id=subscription_id)
        return Subscription.objects.filter(named).select_related("tenant").order_by("gone_at", "pk").first()

    def products_of(self, subscription: Subscription) -> list[Product]:
        return list(Product.objects.filter(skus__sku_id=subscription.sku_id, skus__is_dynamics=True, retired_at=None))


def directory() -> Directory:
    """The directory this installation uses (setting CUSTOMER_DIRECTORY)."""
    return import_string(settings.CUSTOMER_DIRECTORY)()
