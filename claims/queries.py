"""What each page reads, in the domain's words."""

from typing import Any

from django.db.models import QuerySet

from claims.models import Claim, ClaimEvent, ClaimLine, Document
from partners.models import PartnerOrganization


def claim_of(organization: PartnerOrganization, claim_id: int) -> QuerySet[Claim]:
    """One claim of the organisation with what its page prints. Nothing of others is ever found (Q35)."""
    own = organization.claims.filter(pk=claim_id)
    return own.select_related("location", "tenant", "organization", "created_by")


def lines_of(claim: Claim) -> QuerySet[ClaimLine]:
    """The claim's products with their subscriptions and the tenants of those."""
    return claim.lines.select_related("product").prefetch_related("subscriptions__subscription__tenant")


def documents_of(claim: Claim) -> QuerySet[Document]:
    """Proof of execution in the order of upload, those removed from an earlier submission last (Q24)."""
    return claim.documents.select_related("uploaded_by").order_by("removed_at", "uploaded_at", "pk")


def events_of(claim: Claim) -> QuerySet[ClaimEvent]:
    """History, newest first."""
    return claim.events.order_by("-at", "-pk")


def last_answer(claim: Claim) -> dict[str, Any]:
    """What Microsoft last told the partner about the claim: reasons and message of its newest answer, else empty."""
    answered = claim.events.filter(action__in=["request_action", "reject", "lapse", "approve", "deny_consent"])
    newest = answered.order_by("-at", "-pk").first()
    return newest.data if newest else {}
