"""Partners that claim or hold the same, as they come to be: by the rules that the portal's pages call."""

from typing import Any

from claims.actors import Actor
from claims.deciding import approve, start_review
from claims.enums import Activity
from claims.models import Claim
from claims.submitting import submit
from customers.enums import SolutionArea
from customers.models import Product, Subscription, Tenant
from review.models import ArbitrationCase, CaseParty
from tests.factories import NOW, ClaimFactory, DocumentFactory, ReviewerFactory, partner_actor, reviewer_actor


def filed(tenant: Tenant, *products: Product, subscriptions: tuple[Subscription, ...] = (), **fields: Any) -> Claim:
    """A claim of a partner of its own, submitted."""
    if subscriptions:
        fields |= {"solution_area": SolutionArea.BUSINESS_APPLICATIONS, "activities": [Activity.PRE_SALES]}
    claim = ClaimFactory(tenant=tenant, products=list(products), subscriptions=list(subscriptions), **fields)
    DocumentFactory(claim=claim)
    submit(claim, actor=partner_actor(claim), now=NOW)
    return fresh(claim)


def under_review(tenant: Tenant, *products: Product, **fields: Any) -> Claim:
    """The same with its review begun."""
    claim = filed(tenant, *products, **fields)
    start_review(claim, actor=reviewer_actor(), now=NOW)
    return fresh(claim)


def holding(tenant: Tenant, *products: Product, **fields: Any) -> Claim:
    """The same, approved: its partner holds the products."""
    claim = under_review(tenant, *products, **fields)
    approve(claim, actor=reviewer_actor(), now=NOW)
    return fresh(claim)


def fresh(row: Any) -> Any:
    """The row as the database has it now."""
    return type(row).objects.get(pk=row.pk)


def running() -> list[ArbitrationCase]:
    """Cases that are not closed."""
    return list(ArbitrationCase.objects.exclude(state="closed").order_by("pk"))


def parties(case: ArbitrationCase) -> dict[int, str]:
    """Claims that are in the case now, with their role."""
    return dict(CaseParty.objects.filter(case=case, is_open=True).values_list("claim_id", "role"))


def items(case: ArbitrationCase) -> set[str]:
    """What is contested in the case now."""
    return {row.label for row in case.items.filter(is_open=True)}


def a_reviewer(**fields: Any) -> Actor:
    """A reviewer as the one who acts."""
    return Actor.reviewer(ReviewerFactory(**fields))
