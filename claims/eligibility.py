"""Which products and subscriptions an organisation may claim for a tenant, and why not."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Association, Claim, ClaimLine, LineSubscription
from claims.queries import claimed_parts
from customers.directory import directory
from customers.models import Product, Subscription, Tenant
from kit.texts import Text
from partners.models import PartnerOrganization

INVALID_SUBSCRIPTION = _("This subscription is invalid or has already been claimed.")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Cause(StrEnum):
    """Why a subscription cannot be claimed: the six causes of R096, the 48 hours of R094, and a trial (R093)."""

    NOT_AN_ID = "not_an_id"
    NOT_ON_TENANT = "not_on_tenant"
    NOT_DYNAMICS = "not_dynamics"
    CSP = "csp"
    NOT_PURCHASED = "not_purchased"
    NOT_ACTIVATED = "not_activated"
    ALREADY_CLAIMED = "already_claimed"
    TOO_EARLY = "too_early"


# The second line below the seed's sentence: what is wrong, and what to do next (Q19).
_BECAUSE = {
    Cause.NOT_AN_ID: _(
        "What you entered is not a subscription ID. It looks like 90DE0F24-3DB1-4FE5-8F98-90DE0F243DB1."
    ),
    Cause.NOT_DYNAMICS: (
        _(
            "This subscription is not for a Dynamics 365 product. Ask the customer for the ID of the Dynamics 365 subscription."
        )
    ),
    Cause.CSP: (
        _(
            "This subscription was bought through a Cloud Solution Provider (CSP). CSP subscriptions cannot be claimed here."
        )
    ),
    Cause.NOT_PURCHASED: _("This is a trial. The customer must have purchased the subscription."),
    Cause.NOT_ACTIVATED: (
        _(
            "The customer has not activated the products of this subscription, or it is no longer active. Ask the customer to "
            "activate it."
        )
    ),
    Cause.ALREADY_CLAIMED: _("An association for this subscription exists already."),
}
_UNKNOWN_ID = _("No subscription has this ID. Ask the customer to copy it from the billing pages.")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking one subscription: either it may be claimed, or a cause with a sentence (Q19)."""

    subscription: Subscription | None
    cause: Cause | None = None
    detail: Text = ""

    @classmethod
    def refused(cls, cause: Cause, detail: Text = "") -> "Checked":
        """A refusal for this cause, with its usual sentence or a more exact one."""
        return cls(None, cause, detail or _BECAUSE[cause])


@dataclass(frozen=True, slots=True)
class ProductChoice:
    """One product of the products step, with everything that the step says about it."""

    product: Product
    on_tenant: bool
    taken_by_us: bool
    drafted_by_us: bool
    claimed_by_other: bool

    @property
    def can_choose(self) -> bool:
        """A workload must be on the tenant; a Dynamics product may be newer than the directory's list (R090)."""
        return not self.taken_by_us and (self.on_tenant or not self.product.is_workload)


def product_choices(
    *,
    organization: PartnerOrganization,
    tenant: Tenant,
    solution_area: str,
    incentive: bool,
    editing: Claim | None = None,
) -> list[ProductChoice]:
    """Every claimable product of the solution area with its standing for this organisation and tenant.

    Grayed are products of the organisation's own live claims (R084, Q13); of a Dynamics product only when all of the
    tenant's claimable subscriptions are its own (Q14). Other partners are told as a yes or no, never by name. ``editing``
    is a claim under change: what it holds itself does not count against it.
    """
    products = list(Product.objects.filter(solution_area=solution_area, retired_at=None))
    on_tenant = directory().product_ids_on(tenant)
    own_lines = ClaimLine.objects.filter(organization=organization, tenant=tenant, incentive=incentive)
    if editing is not None:
        own_lines = own_lines.exclude(claim=editing)
    live = set(own_lines.filter(live=True).values_list("product_id", flat=True))
    drafted = set(own_lines.filter(claim__status="editing").values_list("product_id", flat=True))
    others = _claimed_by_others(organization, tenant) if incentive else set()
    used_up = _all_subscriptions_ours([product for product in products if product.pk in live], tenant, own_lines)
    return [
        ProductChoice(
            product=product,
            on_tenant=product.pk in on_tenant,
            taken_by_us=product.pk in used_up,
            drafted_by_us=product.pk in drafted,
            claimed_by_other=product.pk in others,
        )
        for product in products
    ]


def _all_subscriptions_ours(products: list[Product], tenant: Tenant, own_lines: Iterable[ClaimLine]) -> set[int]:
    """Which of the own live products leave nothing to claim: workloads, and products with no other subscription (Q14)."""
    workloads = {product.pk for product in products if product.is_workload}
    others = [product for product in products if not product.is_workload]
    if not others:
        return workloads
    chosen = LineSubscription.objects.filter(live=True, line__in=own_lines, line__product__in=others)
    ours = set(chosen.values_list("subscription_id", flat=True))
    present = directory().subscriptions_of(tenant, others)
    claimable = {
        key: {each.pk for each in found if each.is_active and not each.is_csp and not each.is_trial}
        for key, found in present.items()
    }
    return workloads | {key for key, free in claimable.items() if free <= ours}


def _claimed_by_others(organization: PartnerOrganization, tenant: Tenant) -> set[int]:
    held = Association.objects.filter(tenant=tenant, ended_at=None, exclusive=True).exclude(organization=organization)
    rivals = ClaimLine.objects.filter(tenant=tenant, live=True, incentive=True).exclude(organization=organization)
    return set(held.values_list("product_id", flat=True)) | set(rivals.values_list("product_id", flat=True))


def silent_subscriptions(products: Iterable[Product], tenant: Tenant) -> dict[int, Subscription]:
    """For each product with exactly one purchased subscription that subscription, by the product's key (Q18).

    It is attached without asking. Workloads have none, and a product that is not on the tenant's list is asked for.
    """
    lookup = directory()
    on_tenant = lookup.product_ids_on(tenant)
    asked = [product for product in products if not product.is_workload and product.pk in on_tenant]
    found = {}
    for key, present in lookup.subscriptions_of(tenant, asked).items():
        purchased = [each for each in present if not each.is_trial]
        if len(purchased) == 1:
            found[key] = purchased[0]
    return found


def products_needing_subscription(products: Iterable[Product], tenant: Tenant) -> list[Product]:
    """The chosen products for which the subscriptions step appears (R090).

    Asked for is a product of which the tenant has several subscriptions, and one that is not on the tenant's list.
    """
    chosen = list(products)
    silent = silent_subscriptions(chosen, tenant)
    return [product for product in chosen if not product.is_workload and product.pk not in silent]


def check_subscription(
    text: str,
    *,
    product: Product,
    tenant: Tenant,
    organization: PartnerOrganization,
    incentive: bool,
    now: datetime,
    editing: Claim | None = None,
) -> Checked:
    """Check a typed subscription id for a product of a tenant (R093-R096). Changes nothing.

    Never tells who else claimed a subscription, nor anything of another customer's (Q19).
    """
    typed = text.strip().strip("{}")
    if not _GUID.fullmatch(typed):
        return Checked.refused(Cause.NOT_AN_ID)
    lookup = directory()
    found = lookup.find_subscription(UUID(typed))
    if found is None:
        return Checked.refused(Cause.NOT_AN_ID, _UNKNOWN_ID)
    if found.tenant_id != tenant.pk or found.gone_at is not None:
        return Checked.refused(
            Cause.NOT_ON_TENANT,
            gettext(
                "{product} with this subscription does not exist on the customer's tenant. Check the product, or ask the "
                "customer for the right ID."
            ).format(product=product.name),
        )
    if found.is_trial:
        return Checked.refused(Cause.NOT_PURCHASED)
    products = lookup.products_of(found)
    if not products:
        return Checked.refused(Cause.NOT_DYNAMICS)
    if product not in products:
        return Checked.refused(
            Cause.NOT_ON_TENANT,
            gettext(
                "{product} does not exist on the customer's tenant with this subscription, which is for {other}. Go back "
                "and choose that product."
            ).format(product=product.name, other=products[0].name),
        )
    return check_known_subscription(found, organization=organization, incentive=incentive, now=now, editing=editing)


def check_known_subscription(
    found: Subscription,
    *,
    organization: PartnerOrganization,
    incentive: bool,
    now: datetime,
    editing: Claim | None = None,
    claimed: bool | None = None,
) -> Checked:
    """Check the state of a subscription that is known to fit: channel, purchase, activation, claims, 48 hours.

    ``claimed`` is the answer of ``claimed_among`` for it, when the caller has asked for many at once.
    """
    if found.is_csp:
        return Checked.refused(Cause.CSP)
    if found.is_trial:
        return Checked.refused(Cause.NOT_PURCHASED)
    if not found.is_active:
        return Checked.refused(Cause.NOT_ACTIVATED)
    if claimed is None:
        claimed = bool(claimed_among([found.pk], organization=organization, incentive=incentive, editing=editing))
    if claimed:
        return Checked.refused(Cause.ALREADY_CLAIMED)
    hours = settings.SUBSCRIPTION_WAIT_HOURS
    allowed_from = found.activated_at + timedelta(hours=hours)
    if now < allowed_from:
        return Checked.refused(
            Cause.TOO_EARLY,
            gettext("It can be claimed {hours} hours after its activation: from {day}, {time} UTC.").format(
                hours=hours, day=date_format(allowed_from, gettext("F j, Y")), time=f"{allowed_from:%H:%M}"
            ),
        )
    return Checked(found)


def claimed_among(
    subscriptions: Collection[int], *, organization: PartnerOrganization, incentive: bool, editing: Claim | None
) -> set[int]:
    """Which of these are held by anyone, or on an own live claim (Q15). At most two queries.

    What was not approved is free again, although its claim lives on for the rest. Revenue association stands beside the
    exclusive slot (Q16). ``editing`` does not count against itself.
    """
    own = LineSubscription.objects.filter(
        subscription__in=subscriptions, organization=organization, incentive=incentive, live=True
    )
    held = Association.objects.filter(subscription__in=subscriptions, exclusive=True, ended_at=None)
    if editing is not None:
        own, held = own.exclude(line__claim=editing), held.exclude(claim=editing)
    claimed: set[int] = set(own.values_list("subscription_id", flat=True))
    if incentive and not settings.CONTEST_HELD_SUBSCRIPTIONS:
        claimed |= {pk for pk in held.values_list("subscription_id", flat=True) if pk is not None}
    return claimed


def rivals_of(claim: Claim) -> bool:
    """Whether another partner holds or claims a product or subscription of this claim (R163, R170)."""
    if claim.is_revenue:
        return False
    parts = claimed_parts(claim, claim.lines.prefetch_related("subscriptions"))
    workloads = [line.product_id for line, _chosen in parts if not line.by_subscription]
    subscriptions = [entry.subscription_id for _line, chosen in parts for entry in chosen]
    own = claim.organization_id
    held = Association.objects.filter(ended_at=None, exclusive=True).exclude(organization_id=own)
    live_lines = ClaimLine.objects.filter(live=True, incentive=True, tenant_id=claim.tenant_id).exclude(
        organization_id=own
    )
    live_subscriptions = LineSubscription.objects.filter(live=True, incentive=True).exclude(organization_id=own)
    return (
        held.filter(tenant_id=claim.tenant_id, product__in=workloads, subscription=None).exists()
        or held.filter(subscription__in=subscriptions).exists()
        or live_lines.filter(product__in=workloads, by_subscription=False).exists()
        or live_subscriptions.filter(subscription__in=subscriptions).exists()
    )
