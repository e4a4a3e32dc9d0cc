"""Where a wizard's answers live: making, finding and ending drafts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from claims.actors import Actor
from claims.creating import change_claim, create_claim
from claims.models import Claim, ClaimDraft
from claims.unfinished import untouched, with_readiness
from claims.wizard.state import STEPS, Wizard
from kit.errors import RuleViolation
from kit.texts import Text
from partners.models import Membership


def start_draft(membership: Membership, *, now: datetime) -> ClaimDraft:
    """An unsaved draft of a new association; it is stored with its first answer, so that a look leaves nothing."""
    return ClaimDraft(owner=membership.user, organization=membership.organization, created_at=now, updated_at=now)


def start_edit(claim: Claim, *, membership: Membership, now: datetime) -> ClaimDraft:
    """Begin editing a claim with the answers it has now; an edit left unfinished before is begun anew.

    Raises RuleViolation when the claim is not editable (R131).
    """
    if not claim.is_editable:
        raise RuleViolation(
            gettext("This claim can be edited only before submission, or when a reviewer asks for more.")
        )
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
        raise RuleViolation(gettext("Something changed since you answered. Look at the marked step again."))
    user = wizard.membership.user
    actor = Actor.partner(user, wizard.organization)
    if wizard.claim is None:
        claim = create_claim(wizard.content(), actor=actor, user=user, now=now)
    else:
        claim = wizard.claim
        change_claim(claim, wizard.content(), actor=actor, now=now)
    wizard.draft.delete()
    return claim


MOST_DRAFTS, MOST_CLAIMS = 10, 5


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One row of the list of unfinished work: a wizard that was left, or (``draft`` None) a claim nobody touched."""

    name: str
    customer: str
    reached: Text
    changed_at: datetime
    address: str
    draft: ClaimDraft | None


def resume_list(membership: Membership, *, now: datetime) -> list[Unfinished]:
    """What the person can take up again: own unfinished associations, newest first, then left claims (Q48).

    Drafts are the person's own and exist until Cancel, Delete or Create claim (R042); claims are the organization's, in
    Editing and unchanged for 14 days. At most ten and five of them. Two queries.
    """
    drafts = ClaimDraft.objects.filter(owner=membership.user, organization=membership.organization, claim=None)
    left = with_readiness(untouched(membership.organization.claims.all(), now=now)).order_by("-last_activity_at", "-pk")
    return [_of_draft(draft) for draft in drafts[:MOST_DRAFTS]] + [_of_claim(claim) for claim in left[:MOST_CLAIMS]]


def _of_draft(draft: ClaimDraft) -> Unfinished:
    touched = [step.title for step in STEPS if step.slug in draft.answers or step.slug in draft.typed]
    reached = touched[-1] if touched else STEPS[0].title
    address = reverse("association-resume", args=[draft.pk])
    return Unfinished(draft.shown_name, draft.customer_domain, reached, draft.updated_at, address, draft)


def _of_claim(claim: Any) -> Unfinished:
    reached = gettext("Ready to submit") if claim.is_ready else gettext("Upload proof of execution")
    name = f"{claim.name} ({claim.pk})"
    return Unfinished(name, claim.customer_domain, reached, claim.last_activity_at, claim.get_absolute_url(), None)


def delete_draft(membership: Membership, draft: ClaimDraft) -> None:
    """Delete an unfinished association for good; nothing else remembers it (R042, Q48). Twice is fine."""
    ClaimDraft.objects.filter(pk=draft.pk, owner=membership.user, claim=None).delete()
