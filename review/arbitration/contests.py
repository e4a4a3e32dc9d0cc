"""Who contests what: the workloads and subscriptions of a customer that more than one partner claims or holds (R170).

Changes nothing. A revenue association stands beside the exclusive slot and contests nothing (Q16).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from claims.enums import LIVE, ClaimStatus
from claims.models import Association, ClaimLine, LineSubscription


class Item(NamedTuple):
    """A workload of the tenant, or a subscription; one of the two is set."""

    workload: int | None
    subscription: int | None

    @classmethod
    def of(cls, product: int, subscription: int | None) -> "Item":
        """The item that a product is about; with a subscription it is that, whatever product it was claimed for."""
        return cls(None, subscription) if subscription else cls(product, None)


@dataclass(slots=True)
class Contest:
    """One item with the claims on it, by key, and which of them hold it."""

    product: int
    claims: dict[int, int] = field(default_factory=dict)  # claim -> organization
    holders: set[int] = field(default_factory=set)

    @property
    def is_contested(self) -> bool:
        """Whether more than one partner is on it."""
        return len(set(self.claims.values())) > 1


@dataclass(slots=True)
class Cluster:
    """Items and claims that hang together, and the running cases that are part of it."""

    items: set[Item] = field(default_factory=set)
    claims: set[int] = field(default_factory=set)
    cases: set[int] = field(default_factory=set)


def contests_of(tenant_id: int) -> dict[Item, Contest]:
    """What is contested at a customer now: live incentive claims, and running exclusive associations. Three queries."""
    found: dict[Item, Contest] = {}

    def note(product: int, subscription: int | None, claim: int, organization: int, *, holds: bool) -> None:
        contest = found.setdefault(Item.of(product, subscription), Contest(product))
        contest.claims[claim] = organization
        if holds:
            contest.holders.add(claim)

    live = {"live": True, "incentive": True}
    lines = ClaimLine.objects.filter(tenant=tenant_id, by_subscription=False, claim__status__in=LIVE, **live)
    for product, claim, organization in lines.order_by().values_list("product_id", "claim_id", "organization_id"):
        note(product, None, claim, organization, holds=False)
    chosen = LineSubscription.objects.filter(line__tenant=tenant_id, line__claim__status__in=LIVE, **live)
    columns = ("line__product_id", "subscription_id", "line__claim_id", "organization_id")
    for product, subscription, claim, organization in chosen.order_by().values_list(*columns):
        note(product, subscription, claim, organization, holds=False)
    # An association whose claim has just ended is about to end in the same transaction.
    held = Association.objects.filter(
        tenant=tenant_id, exclusive=True, ended_at=None, claim__status=ClaimStatus.APPROVED
    )
    columns = ("product_id", "subscription_id", "claim_id", "organization_id")
    for product, subscription, claim, organization in held.values_list(*columns):
        note(product, subscription, claim, organization, holds=True)
    return {item: contest for item, contest in found.items() if contest.is_contested}


def clusters(contests: Mapping[Item, Contest], cases: Mapping[int, Iterable[Item]]) -> list[Cluster]:
    """What hangs together: claims by common items, and items by a common running case; each item is in one cluster.

    A case holds together what was compared together, also when the claim that joined its parts has left.
    """
    parents: dict[Any, Any] = {}

    def root(node: Any) -> Any:
        parents.setdefault(node, node)
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for item, contest in contests.items():
        for claim in contest.claims:
            parents[root(("claim", claim))] = root(item)
    for case, items in cases.items():
        for item in items:
            if item in contests:
                parents[root(("case", case))] = root(item)
    found: dict[Any, Cluster] = {}
    for item, contest in contests.items():
        cluster = found.setdefault(root(item), Cluster())
        cluster.items.add(item)
        cluster.claims.update(contest.claims)
    for case, items in cases.items():
        if any(item in contests for item in items):
            found[root(("case", case))].cases.add(case)
    return sorted(found.values(), key=lambda cluster: min(cluster.claims))
