"""The days in which a rejection can be disputed (Q49)."""

from datetime import datetime, timedelta

from django.conf import settings

from claims.models import Claim
from claims.queries import was_disputed


def dispute_until(claim: Claim, *, now: datetime) -> datetime | None:
    """Until when a claim that is rejected ``now`` can be disputed; None for the outcome of a dispute, which is final."""
    return None if was_disputed(claim) else now + timedelta(days=settings.DISPUTE_DAYS)
