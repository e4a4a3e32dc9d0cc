"""Approved claims whose customers answer, for tests."""

from datetime import timedelta

from claims.deciding import approve
from claims.models import Association, Claim
from cpor_portal.invariants.checking import QUERIES
from customers.models import ConsentLink, ConsentRequest
from notifications.models import OutgoingEmail
from tests.factories import (
    NOW,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    reviewer_actor,
)  # fmt: skip

DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
CUSTOMERS_ARE_ASKED = next(each for each in QUERIES if each.name == "customers_are_being_asked")
REFUSAL = {"reasons": ["no_sharing"], "comment": "", "share_comment": False}


def approved_for_two_workloads():
    """A Microsoft 365 claim that was approved just now."""
    claim = claim_under_review(products=WorkloadFactory.create_batch(2))
    approve(claim, actor=reviewer_actor(), now=NOW)
    return claim


def approved_on_subscriptions(count, **tenant):
    """A Business Applications claim that was approved for so many subscriptions of one product, and these."""
    tenant, product = TenantFactory(**tenant), ProductFactory()
    subscriptions = SubscriptionFactory.create_batch(count, tenant=tenant, product=product)
    claim = claim_under_review(
        tenant=tenant, solution_area="business_applications", activities=["usage"], products=[product],
        subscriptions=subscriptions,
    )  # fmt: skip
    approve(claim, actor=reviewer_actor(), now=NOW)
    return claim, subscriptions


def request_of(claim):
    return ConsentRequest.objects.get(reference=str(claim.pk))


def newest_link(claim):
    return ConsentLink.objects.filter(consent__reference=str(claim.pk)).latest("pk")


def fresh(claim):
    return Claim.objects.get(pk=claim.pk)


def held(claim):
    return set(Association.objects.filter(claim=claim, ended_at=None).values_list("product_id", flat=True))


def mails_to_customer():
    return OutgoingEmail.objects.filter(kind="consent.request")


def steps(claim):
    return list(request_of(claim).events.values_list("step", flat=True))
