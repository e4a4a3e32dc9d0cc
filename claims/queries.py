"""What each page reads, in the domain's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from claims.enums import ClaimStatus
from claims.models import Claim, ClaimEvent, ClaimLine, Document
from partners.models import PartnerOrganization

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """One page of claims and the key of the next one; empty when it is the last. There is no total: it would cost."""

    claims: Sequence[Claim]
    next_key: str
    is_first: bool


def claims_page(organization: PartnerOrganization, *, after: str = "") -> Page:
    """The organisation's claims, newest activity first (R026-R030, Q33, Q35), paged by key. Discarded ones are left out.

    ``after`` is a key of an earlier page; a key that makes no sense begins at the first page. Two queries.
    """
    claims = (
        organization.claims.exclude(status=ClaimStatus.DISCARDED)
        .annotate(product_count=Count("lines"))
        .order_by("-last_activity_at", "-pk")
    )
    key = _parse(after)
    if key is not None:
        at, pk = key
        claims = claims.filter(Q(last_activity_at__lt=at) | Q(last_activity_at=at, pk__lt=pk))
    found = list(claims[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    next_key = f"{shown[-1].last_activity_at.isoformat()}_{shown[-1].pk}" if more else ""
    return Page(shown, next_key, key is None)


def _parse(key: str) -> tuple[datetime, int] | None:
    at, _, pk = key.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(pk)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


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
