"""Where a wizard's answers live: making, finding and ending drafts."""

from datetime import datetime

from claims.actors import Actor
from claims.creating import change_claim, create_claim
from claims.models import Claim, ClaimDraft
from claims.wizard.state import Wizard
from kit.errors import RuleViolation
from partners.models import Membership


def start_draft(membership: Membership, *, now: datetime) -> ClaimDraft:
    """An unsaved draft of a new association; it is stored with its first answer, so that a look leaves nothing."""
    return ClaimDraft(owner=membership.user, organization=membership.organization, created_at=now, updated_at=now)


def start_edit(claim: Claim, *, membership: Membership, now: datetime) -> ClaimDraft:
    """Begin editing a claim with the answers it has now; an edit left unfinished before is begun anew.

    Raises RuleViolation when the claim is not editable (R131).
    """
    if not claim.is_editable:
        raise RuleViolation("This claim can be edited only before submission, or when a reviewer asks for more.")
    ClaimDraft.objects.filter(owner=membership.user, claim=claim).delete()
    draft = start_draft(membership, now=now)
    draft.claim = claim
    draft.answers = _answers_of(claim)
    draft.save()
    return draft


def _answers_of(claim: Claim) -> dict[str, dict[str, list[str]]]:
    lines = list(claim.lines.prefetch_related("subscriptions__subscription"))
    subscriptions = {
        f"subscription_{line.product_id}": [entry.subscription.shown_id for entry in line.subscriptions.all()]
        for line in lines
        if line.by_subscription
    }
    contacts = {
        "customer_name": claim.customer_contact_name,
        "customer_email": claim.customer_contact_email,
        "customer_title": claim.customer_contact_title,
        "partner_name": claim.partner_contact_name,
        "partner_email": claim.partner_contact_email,
        "claim_name": claim.name,
    }
    if claim.is_revenue:
        contacts |= {"seller_name": claim.seller_name, "isv_solution": claim.isv_solution}
    return {
        "customer": {"location": [str(claim.location_id)]},
        "products": {"products": [str(line.product_id) for line in lines]},
        "subscriptions": subscriptions,
        "contacts": {name: [value] for name, value in contacts.items()},
        "agreed": {"at": [claim.agreed_at.isoformat()]},
    }


def finish(wizard: Wizard, *, now: datetime) -> Claim:
    """Turn the draft into a claim, or its answers into the edited claim, and drop the draft (R103, R130).

    Raises RuleViolation when an answer no longer holds; the draft then stays.
    """
    if wizard.first_incomplete() is not None:
        raise RuleViolation("Something changed since you answered. Look at the marked step again.")
    user = wizard.membership.user
    actor = Actor.partner(user, wizard.organization)
    if wizard.claim is None:
        claim = create_claim(wizard.content(), actor=actor, user=user, now=now)
    else:
        claim = wizard.claim
        change_claim(claim, wizard.content(), actor=actor, now=now)
    wizard.draft.delete()
    return claim


def open_drafts(membership: Membership) -> list[ClaimDraft]:
    """The person's unfinished new associations, newest first (R042: they exist only until Cancel or Create claim)."""
    drafts = ClaimDraft.objects.filter(owner=membership.user, organization=membership.organization, claim=None)
    return list(drafts[:10])
