"""A decision as a reviewer takes it, and what came of it."""

from claims.models import Association
from notifications.models import OutgoingEmail
from review.arbitration.deciding import decide
from review.arbitration.plans import Plan
from review.arbitration.room import room_of, state_of
from tests.factories import (
    NOW,
)
from tests.review.arbitration.rivals import fresh

LETTER = "The proof of another partner was more recent."


def plan_for(case, *, refusals=None, **winners):
    """Select for each item, by the name of its product, the party of a claim; everybody else gets the letter."""
    room = room_of(case)
    by_claim = {party.claim_id: party for party in room.parties}
    chosen = {}
    for item in room.items:
        key = (
            (item.subscription.shown_id if item.subscription else item.product.name).replace(" ", "_").replace("-", "_")
        )
        chosen[item.pk] = by_claim[winners[f"x{key}" if key[0].isdigit() else key].pk].pk
    letters = {party.pk: LETTER for party in room.parties if set(chosen.values()) != {party.pk}}
    refused = {by_claim[claim.pk].pk: products for claim, products in (refusals or [])}
    return Plan(chosen, letters, refused)


def act(case, plan, user, *, seen=None, reason="The newer proof is signed.", now=NOW):
    return decide(case, plan=plan, reason=reason, seen=seen or state_of(room_of(fresh(case))), user=user, now=now)


def held(tenant):
    return list(Association.objects.filter(tenant=tenant, ended_at=None).values_list("claim_id", flat=True))


def mails_of(claim):
    return " ".join(OutgoingEmail.objects.filter(reference=str(claim.pk)).values_list("text", flat=True))
