"""What each page reads, in the domain's words."""

from collections.abc import Iterable

from django.db.models import QuerySet

from claims.enums import NOT_HELD, ClaimAction
from claims.models import Claim, ClaimEvent, ClaimLine, Document, LineSubscription
from partners.models import PartnerOrganization


def claim_of(organization: PartnerOrganization, claim_id: int) -> QuerySet[Claim]:
    """One claim of the organisation with what its page prints. Nothing of others is ever found (Q35)."""
    own = organization.claims.filter(pk=claim_id)
    return own.select_related("location", "tenant", "organization", "created_by")


def lines_of(claim: Claim) -> QuerySet[ClaimLine]:
    """The claim's products with their subscriptions and the tenants of those."""
    return claim.lines.select_related("product").prefetch_related("subscriptions__subscription__tenant")


def claimed_parts(claim: Claim, lines: Iterable[ClaimLine]) -> list[tuple[ClaimLine, list[LineSubscription]]]:
    """The products that the claim is about now, each with its subscriptions, of ``lines`` with subscriptions. Reads nothing.

    Of a live claim those that it holds for its organization: what was not approved, or was lost, is no matter of its own
    any more. Of any other what it names.
    """
    if claim.is_live:
        held = [line for line in lines if line.live]
        return [(line, [entry for entry in line.subscriptions.all() if entry.live]) for line in held]
    return [(line, list(line.subscriptions.all())) for line in lines if line.verdict not in NOT_HELD]


def documents_of(claim: Claim) -> QuerySet[Document]:
    """Proof of execution in the order of upload, those removed from an earlier submission last (Q24)."""
    return claim.documents.select_related("uploaded_by").order_by("removed_at", "uploaded_at", "pk")


def events_of(claim: Claim) -> QuerySet[ClaimEvent]:
    """History, newest first."""
    return claim.events.order_by("-at", "-pk")


def event_behind(claim: Claim) -> ClaimEvent | None:
    """The row of history that decided on the claim's status, with what was said then; None for one just created.

    That a customer took its denial back decides nothing anew: the approval before it stands.
    """
    moved = claim.events.filter(to_status=claim.status).exclude(from_status="")
    return moved.exclude(action=ClaimAction.RESTORE_CONSENT).order_by("-at", "-pk").first()


def was_disputed(claim: Claim) -> bool:
    """Whether the claim's rejection was disputed before; that is possible once (Q49)."""
    return claim.events.filter(action=ClaimAction.DISPUTE).exists()
