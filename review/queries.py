"""Which claim comes next, and which is late."""

from datetime import date, datetime

from django.db.models import Q

from accounts.models import User
from claims.models import Claim
from review.assigning import URGENCY, claims_open_to


def next_claim(reviewer: User, *, besides: Claim, now: datetime) -> Claim | None:
    """The most urgent claim that nobody else has, other than ``besides``; None when all is done.

    A disputed claim does not come up for whoever rejected it, since another reviewer decides on it (Q49), nor does one of
    a partner from which the person is barred.
    """
    mine_or_free = claims_open_to(reviewer).filter(Q(reviewer=None) | Q(reviewer=reviewer))
    return mine_or_free.exclude(pk=besides.pk).order_by(*URGENCY).first()


def is_overdue(claim: Claim, *, today: date) -> bool:
    """Whether the five business days of the review have passed without an answer (R162)."""
    return claim.is_in_review and claim.review_due_on is not None and claim.review_due_on < today
