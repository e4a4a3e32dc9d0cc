"""What operators see of claims: how many stand where, and deadlines that have passed without taking effect."""

from collections.abc import Iterator

from django.utils import timezone

from claims.deadlines.subscriptions import PATIENCE, ending_associations
from claims.deadlines.windows import open_disputes
from claims.enums import ClaimStatus
from claims.models import Claim
from kit.counting import count_each_up_to
from operations.metrics import Gauge

MOST = 10_000


def claim_gauges() -> Iterator[Gauge]:
    """Claims by status and overdue clocks, counted up to ``MOST`` each. Two queries, each part answered by an index."""
    now, claims = timezone.now(), Claim.objects
    by_status = count_each_up_to(
        {status.value: claims.filter(status=status).order_by() for status in ClaimStatus}, most=MOST
    )
    yield Gauge("portal_claims", f"Claims by status. Counted up to {MOST:,}.", by_status, "status")
    overdue = count_each_up_to(
        {
            "partner_action": claims.filter(status=ClaimStatus.ACTION_REQUIRED, action_due_at__lte=now),
            "opt_out": claims.filter(status=ClaimStatus.APPROVED, in_effect_at=None, opt_out_until__lte=now),
            "dispute": open_disputes().filter(dispute_until__lte=now),
            "subscription": ending_associations().filter(ending_since__lte=now - PATIENCE),
        },
        most=MOST,
    )
    says = "Deadlines that have passed and wait for the next sweep. Those that stay are trouble."  # unread
    yield Gauge("portal_deadlines_overdue", says, overdue, "deadline")
