"""Find the tenant, subscription and product that a line names, for many lines with few queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from customers.enums import SolutionArea
from customers.models import CatalogueSku, Product, Subscription, Tenant
from revenue.parsing import BadLine, InvoiceLine


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line is about."""

    tenant: Tenant
    product: Product
    subscription: Subscription | None


class Resolver:
    """Knows the Dynamics part of the catalogue; ``look_up`` reads what a batch of lines names: two queries."""

    def __init__(self) -> None:
        dynamics = Product.objects.filter(solution_area=SolutionArea.BUSINESS_APPLICATIONS)
        self._by_name = {product.name.upper(): product for product in dynamics}
        by_pk = {product.pk: product for product in self._by_name.values()}
        self._by_sku: dict[UUID | str, Product] = {}
        skus = CatalogueSku.objects.filter(is_dynamics=True, products__in=by_pk)
        for sku_id, part_number, product in skus.values_list("sku_id", "part_number", "products"):
            self._by_sku[sku_id or part_number] = by_pk[product]
        self._tenants: dict[UUID, Tenant] = {}
        self._subscriptions: dict[UUID, list[Subscription]] = {}

    def look_up(self, lines: Iterable[InvoiceLine]) -> None:
        """Read the tenants and subscriptions that these lines name; forgets those of earlier lines."""
        lines = list(lines)
        tenants = {line.tenant_id for line in lines if line.tenant_id}
        wanted = {line.subscription_id for line in lines if line.subscription_id}
        self._tenants = {tenant.tenant_id: tenant for tenant in Tenant.objects.filter(tenant_id__in=tenants)}
        named = Q(subscription_id__in=wanted) | Q(commerce_subscription_id__in=wanted)
        self._subscriptions = defaultdict(list)
        for found in Subscription.objects.filter(named).select_related("tenant"):
            ids = {found.subscription_id, found.commerce_subscription_id}
            for guid in (each for each in ids if each is not None and each in wanted):
                self._subscriptions[guid].append(found)

    def resolve(self, line: InvoiceLine) -> Subject:
        """What the line is about. Raises BadLine when the directory or the catalogue does not know it."""
        if line.subscription_id is None:
            tenant = self._tenants.get(line.tenant_id) if line.tenant_id else None
            if tenant is None:
                reason = gettext("column tenant_id: no customer has the directory ID {id}.")
                raise BadLine([reason.format(id=_upper(line.tenant_id))])
            return Subject(tenant, self._named(line), None)
        subscription = self._subscription(line, line.subscription_id)
        if line.tenant_id and line.tenant_id != subscription.tenant.tenant_id:
            raise BadLine([gettext("column tenant_id: the subscription belongs to another customer.")])
        bought = self._by_sku.get(subscription.sku_id) or self._by_sku.get(subscription.sku_part_number)
        said = self._named(line) if line.product else None
        if bought is None and said is None:
            reason = gettext("column subscription_id: the subscription {id} is not for a Dynamics 365 product.")
            raise BadLine([reason.format(id=_upper(line.subscription_id))])
        if bought and said and bought != said:
            reason = gettext("column product: the subscription is for {product}.")
            raise BadLine([reason.format(product=bought.name)])
        return Subject(subscription.tenant, bought or said, subscription)  # type: ignore[arg-type]

    def _subscription(self, line: InvoiceLine, guid: UUID) -> Subscription:
        found = self._subscriptions.get(guid, [])
        present = [each for each in found if each.gone_at is None] or found
        if not present:
            reason = gettext("column subscription_id: no customer has the subscription {id}.")
            raise BadLine([reason.format(id=_upper(guid))])
        if len(present) > 1:
            reason = gettext("column subscription_id: {id} is the ID of more than one subscription.")
            raise BadLine([reason.format(id=_upper(guid))])
        return present[0]

    def _named(self, line: InvoiceLine) -> Product:
        product = self._by_name.get(line.product)
        if product is None:
            reason = gettext("column product: the catalogue has no Dynamics 365 product «{product}».")
            raise BadLine([reason.format(product=line.product)])
        return product


def _upper(guid: UUID | None) -> str:
    return str(guid).upper()
