"""Who has a claim, for any page of the desk."""

from dataclasses import dataclass
from datetime import datetime

from django import template

from accounts.models import User
from claims.deciding import OWN_REJECTION
from claims.models import Claim
from kit.texts import Text
from review.access import DECIDE, LEAD
from review.assigning import held_since
from review.taking_part import took_part_in_disputed_rejection

register = template.Library()


@dataclass(frozen=True, slots=True)
class AssignmentShown:
    """What a page says of a claim's reviewer, and which buttons this person gets. A claim outside of the review has none."""

    since: datetime | None = None
    is_mine: bool = False
    may_take: bool = False
    may_release: bool = False
    may_assign: bool = False
    why_not: Text = ""


@register.simple_tag
def assignment_of(claim: Claim, person: User) -> AssignmentShown:
    """Who has the claim since when, and what this person may do about it. At most two queries besides the permissions.

    A page that has read ``held_since`` or ``own_rejection`` already says it in an attribute of the claim.
    """
    if not claim.is_in_review:
        return AssignmentShown()
    decides, leads = person.has_perm(DECIDE), person.has_perm(LEAD)
    is_free, is_mine = claim.reviewer_id is None, claim.reviewer_id == person.pk
    own = decides and is_free and took_part_in_disputed_rejection(claim, user=person)
    return AssignmentShown(
        since=None if is_free else claim.held_since if hasattr(claim, "held_since") else held_since(claim),
        is_mine=is_mine,
        may_take=decides and is_free and not own,
        may_release=decides and (is_mine or (leads and not is_free)),
        may_assign=leads,
        why_not=OWN_REJECTION if own else "",
    )
