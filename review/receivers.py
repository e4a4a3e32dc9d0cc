"""What the desk does when a claim moves; inside the claim's own transaction."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from claims.models import Claim, ClaimEvent
from claims.signals import claim_moved, customer_not_reached, products_changed
from review.arbitration.binding import BINDING, rebind
from review.assigning import follow_the_claim
from review.not_reached import tell_desk
from review.second_looks import draw


@receiver(claim_moved, dispatch_uid="review.assignment")
def note_lost_reviewer(claim: Claim, event: ClaimEvent, **kwargs: Any) -> None:
    """A claim that leaves the queue has no reviewer any more."""
    follow_the_claim(claim, event)


@receiver(claim_moved, dispatch_uid="review.second_look")
def draw_second_look(claim: Claim, event: ClaimEvent, **kwargs: Any) -> None:
    """A decision may be drawn for a second look."""
    draw(claim, event)


@receiver(claim_moved, dispatch_uid="review.arbitration")
def bind_rivals(claim: Claim, event: ClaimEvent, **kwargs: Any) -> None:
    """Rivals are bound into a case, and a case without rivals closes (R170)."""
    if event.action in BINDING and not claim.is_revenue:
        rebind(claim.tenant_id, now=event.at)


@receiver(products_changed, dispatch_uid="review.arbitration.products")
def bind_changed_products(claim: Claim, now: datetime, **kwargs: Any) -> None:
    """The same when a live claim lets products go or takes others in."""
    if claim.is_live and not claim.is_revenue:
        rebind(claim.tenant_id, now=now)


@receiver(customer_not_reached, dispatch_uid="review.customer_not_reached")
def tell_of_customer(claim: Claim, event: ClaimEvent, **kwargs: Any) -> None:
    """The customer of an approved claim was not reached: whoever decided learns of it."""
    tell_desk(claim, event=event)
