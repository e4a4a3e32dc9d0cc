"""What waits for a person once a claim is decided."""

from accounts.models import User
from claims.models import Claim
from review.assigning import claims_open_to, free_claims_for


def is_any_free(user: User, *, besides: Claim) -> bool:
    """Whether «Next claim» would give this person one: of no partner it is barred from, and no dispute of an own rejection."""
    return free_claims_for(user).exclude(pk=besides.pk).exists()


def has_more_in_hand(user: User, *, besides: Claim) -> bool:
    """Whether this person has other claims on which it may decide now."""
    return claims_open_to(user).filter(reviewer=user).exclude(pk=besides.pk).exists()
