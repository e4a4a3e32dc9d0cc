"""Work that a partner began and left: claims in Editing that nobody touches any more, and those ready to submit."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from claims.enums import Activity, ClaimStatus
from claims.models import Claim, ClaimDraft, Document

_HAS_FILE = Exists(Document.objects.filter(claim=OuterRef("pk"), removed_at=None))
_READY = Q(_HAS_FILE) | Q(activities__contains=[Activity.REVENUE])


def silent_since(now: datetime) -> datetime:
    """What was last changed at this moment or before counts as left behind: 14 days without a change (Q48)."""
    return now - timedelta(days=settings.DRAFT_REMINDER_DAYS)


def with_readiness(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The claims, each saying with ``is_ready`` whether a claim in Editing could be submitted (Q5)."""
    return claims.annotate(is_ready=_READY)


def ready(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Those in Editing that could be submitted: with a proof of execution file, or a revenue association (Q5)."""
    return claims.filter(_READY, status=ClaimStatus.EDITING)


def untouched(claims: QuerySet[Claim], *, now: datetime) -> QuerySet[Claim]:
    """Those in Editing that nobody changed for 14 days, neither on their page nor in the wizard (Q48)."""
    limit = silent_since(now)
    being_edited = ClaimDraft.objects.filter(claim=OuterRef("pk"), updated_at__gt=limit)
    silent = claims.filter(status=ClaimStatus.EDITING, last_activity_at__lte=limit)
    return silent.exclude(Exists(being_edited))
