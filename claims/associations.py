"""Opening and ending associations; the one-partner rule."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from claims.enums import NOT_HELD
from claims.models import Association, Claim, ClaimLine, LineSubscription
from customers.models import Product, Subscription, Tenant
from partners.models import PartnerOrganization


def open_associations(claim: Claim, *, now: datetime) -> list[Association]:
    """Open one association per workload, or per subscription, of the claim (R003, R005). Needs an open transaction.

    Products and subscriptions that were not approved get none.
    Raises IntegrityError when another partner holds one of them (R004): the database decides, whoever came first.
    Rows are written in one order, so that two approvals at the same time cannot wait for each other.
    """
    opened = []
    lines = ClaimLine.objects.filter(claim=claim).exclude(verdict__in=NOT_HELD)
    for line in lines.prefetch_related("subscriptions").order_by("product_id"):
        chosen = list(line.subscriptions.all())
        live = sorted(each.subscription_id for each in chosen if each.live)
        held: list[int | None] = [*live] if chosen else [None]
        for subscription_id in held:
            opened.append(
                Association.objects.create(
                    claim=claim,
                    organization_id=claim.organization_id,
                    tenant_id=claim.tenant_id,
                    product_id=line.product_id,
                    subscription_id=subscription_id,
                    exclusive=not claim.is_revenue,
                    started_at=now,
                )
            )
    return opened


def end_associations(claim: Claim, *, reason: Association.EndReason, now: datetime) -> int:
    """End the claim's running associations and return how many there were. Needs an open transaction."""
    return Association.objects.filter(claim=claim, ended_at=None).update(ended_at=now, end_reason=reason)


def reopen_associations(claim: Claim, *, ended_at: datetime, reason: Association.EndReason, now: datetime) -> int:
    """Open anew what ended together at ``ended_at`` for ``reason``, and let the claim hold only that. Returns how many.

    The rows of the past stay: each opens a new one. Raises IntegrityError when another partner holds one by now (R004).
    Needs an open transaction.
    """
    ended = Association.objects.filter(claim=claim, ended_at=ended_at, end_reason=reason)
    before = list(ended.order_by("product_id", "subscription_id"))
    _open_anew(before, now=now)
    products = {row.product_id for row in before}
    held = [row.subscription_id for row in before if row.subscription_id]
    ClaimLine.objects.filter(claim=claim).exclude(product__in=products).update(live=False)
    LineSubscription.objects.filter(line__claim=claim).exclude(subscription__in=held).update(live=False)
    return len(before)


def reopen_part(
    claim: Claim,
    *,
    workloads: Collection[int],
    subscriptions: Collection[int],
    reason: Association.EndReason,
    now: datetime,
) -> int:
    """Open anew what ``end_part`` ended last for ``reason``, one association for each of them. Returns how many.

    What ended for another reason since, or runs, is passed over. Raises IntegrityError when another partner holds one of
    them by now (R004). Needs an open transaction.
    """
    asked = _part_of(claim, workloads=workloads, subscriptions=subscriptions).order_by("pk")
    latest = {(row.product_id, row.subscription_id): row for row in asked}
    before = [row for row in latest.values() if row.end_reason == reason]
    _open_anew(before, now=now)
    return len(before)


def end_part(
    claim: Claim,
    *,
    workloads: Collection[int],
    subscriptions: Collection[int],
    reason: Association.EndReason,
    now: datetime,
) -> int:
    """End the claim's running associations for some products held as workloads and some subscriptions, and count them.

    The rest of the claim stays. Needs an open transaction.
    """
    lost = _part_of(claim, workloads=workloads, subscriptions=subscriptions).filter(ended_at=None)
    return lost.update(ended_at=now, end_reason=reason)


def was_denied_in_part(claim: Claim) -> bool:
    """Whether the customer denied a part of this association and has not taken that back since."""
    every = Association.objects.filter(claim=claim).order_by("pk")
    latest = {(row.product_id, row.subscription_id): row.end_reason for row in every}
    return Association.EndReason.CONSENT_DENIED in latest.values()


def _part_of(claim: Claim, *, workloads: Collection[int], subscriptions: Collection[int]) -> QuerySet[Association]:
    """The claim's associations, past and running, for products held as workloads and for single subscriptions."""
    own = Association.objects.filter(claim=claim)
    return own.filter(product__in=workloads, subscription=None) | own.filter(subscription__in=subscriptions)


def _open_anew(rows: Iterable[Association], *, now: datetime) -> None:
    for row in rows:
        row.pk, row._state.adding = None, True
        row.started_at, row.ended_at, row.end_reason, row.ending_since = now, None, "", None
        row.save(force_insert=True)


def holder_of_workload(tenant: Tenant, product: Product) -> PartnerOrganization | None:
    """The partner that holds a workload of the tenant exclusively, or None."""
    held = Association.objects.filter(tenant=tenant, product=product, subscription=None, exclusive=True, ended_at=None)
    found = held.select_related("organization").first()
    return found.organization if found else None


def holder_of_subscription(subscription: Subscription) -> PartnerOrganization | None:
    """The partner that holds the subscription exclusively, or None."""
    held = Association.objects.filter(subscription=subscription, exclusive=True, ended_at=None)
    found = held.select_related("organization").first()
    return found.organization if found else None
