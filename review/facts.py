"""What a reviewer compares a claim with: the customer's directory, and the claims of other partners."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch

from claims.enums import LineVerdict
from claims.models import ActionRequest, Association, Claim, ClaimLine, LineSubscription
from customers.directory import directory


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A product of the claim beside what the customer's directory says of it."""

    line: ClaimLine
    on_tenant: bool


@dataclass(frozen=True, slots=True)
class DirectoryFacts:
    """The customer as last imported: verified domains, whether the claimed one is among them, products."""

    domains: list[str]
    domain_is_verified: bool
    lines: list[LineFacts]


@dataclass(slots=True)
class Rival:
    """Another partner's claim or association on the same product or subscription. Partners never see it."""

    claim: Claim
    items: list[str] = field(default_factory=list)
    holds_since: datetime | None = None

    def add(self, item: str) -> None:
        """Note a common product or subscription, each once."""
        if item not in self.items:
            self.items.append(item)


def directory_facts(claim: Claim) -> DirectoryFacts:
    """What the directory says of the claim's customer and products. Changes nothing."""
    chosen = LineSubscription.objects.select_related("subscription__tenant")
    lines = claim.lines.select_related("product").prefetch_related(Prefetch("subscriptions", chosen))
    owned = directory().product_ids_on(claim.tenant)
    domains = [domain.name for domain in claim.tenant.domains.all()]
    verified = claim.customer_domain.lower() in {domain.lower() for domain in domains}
    return DirectoryFacts(domains, verified, [LineFacts(line, line.product_id in owned) for line in lines])


def rivals_on(claim: Claim) -> list[Rival]:
    """Other partners' live claims and associations on the same products or subscriptions, holders first (R170).

    Empty for revenue association, which stands beside the exclusive slot (Q16).
    """
    if claim.is_revenue:
        return []
    found: dict[int, Rival] = {}
    workloads = list(
        claim.lines.filter(by_subscription=False)
        .exclude(verdict=LineVerdict.REFUSED)
        .values_list("product_id", flat=True)
    )
    chosen = LineSubscription.objects.filter(line__claim=claim).exclude(line__verdict=LineVerdict.REFUSED)
    subscriptions = list(chosen.values_list("subscription_id", flat=True))
    own = claim.organization_id
    live_lines = ClaimLine.objects.filter(
        live=True, incentive=True, by_subscription=False, tenant=claim.tenant_id, product__in=workloads
    ).exclude(organization=own)
    for line in live_lines.select_related("claim__organization", "product"):
        found.setdefault(line.claim_id, Rival(line.claim)).add(line.product.label)
    live_subscriptions = LineSubscription.objects.filter(
        live=True, incentive=True, subscription__in=subscriptions
    ).exclude(organization=own)
    related = ("line__claim__organization", "line__product", "subscription")
    for entry in live_subscriptions.select_related(*related):
        item = f"{entry.line.product.label} {entry.subscription.shown_id}"
        found.setdefault(entry.line.claim_id, Rival(entry.line.claim)).add(item)
    for held in _held_by_others(claim, workloads, subscriptions):
        rival = found.setdefault(held.claim_id, Rival(held.claim))
        suffix = f" {held.subscription.shown_id}" if held.subscription else ""
        rival.add(held.product.label + suffix)
        rival.holds_since = held.started_at
    return sorted(found.values(), key=lambda rival: (rival.holds_since is None, rival.claim.pk))


def _held_by_others(claim: Claim, workloads: list[int], subscriptions: list[int]) -> list[Association]:
    running = Association.objects.filter(ended_at=None, exclusive=True)
    running = running.exclude(organization=claim.organization_id)
    held = running.filter(tenant=claim.tenant_id, product__in=workloads, subscription=None) | running.filter(
        subscription__in=subscriptions
    )
    return list(held.select_related("claim__organization", "product", "subscription"))


def requests_of(claim: Claim) -> list[ActionRequest]:
    """What was asked of the partner so far, newest first, with reasons and the person who asked."""
    return list(claim.action_requests.select_related("requested_by").prefetch_related("reasons"))
