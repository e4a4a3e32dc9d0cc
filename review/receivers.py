"""What the desk does when a claim moves; inside the claim's own transaction."""

from typing import Any

from django.dispatch import receiver

from claims.models import Claim, ClaimEvent
from claims.signals import claim_moved
from review.assigning import follow_the_claim


@receiver(claim_moved, dispatch_uid="review.assignment")
def note_lost_reviewer(claim: Claim, event: ClaimEvent, **kwargs: Any) -> None:
    """A claim that leaves the queue has no reviewer any more."""
    follow_the_claim(claim, event)
