"""Work that a partner began and left: claims in Editing that nobody touches any more, and those ready to submit."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from claims.enums import Activity, ClaimStatus
from claims.models import Claim, ClaimDraft, Document


def silent_since(now: datetime) -> datetime:
    """What was last changed at this moment or before counts as left behind: 14 days without a change (Q48)."""
    return now - timedelta(days=settings.DRAFT_REMINDER_DAYS)


def with_readiness(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The claims, each saying with ``is_ready`` whether a claim in Editing could be submitted (Q5).

    Ready is a claim with a proof of execution file, or a revenue association, which needs none.
    """
    attached = Document.objects.filter(claim=OuterRef("pk"), removed_at=None)
    return claims.annotate(is_ready=Q(Exists(attached)) | Q(activities__contains=[Activity.REVENUE]))


def untouched(claims: QuerySet[Claim], *, now: datetime) -> QuerySet[Claim]:
    """Those in Editing that nobody changed for 14 days, neither on their page nor in the wizard (Q48)."""
    limit = silent_since(now)
    being_edited = ClaimDraft.objects.filter(claim=OuterRef("pk"), updated_at__gt=limit)
    silent = claims.filter(status=ClaimStatus.EDITING, last_activity_at__lte=limit)
    return silent.exclude(Exists(being_edited))
