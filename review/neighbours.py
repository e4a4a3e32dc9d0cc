"""The claims before and behind a claim in the order of the queue."""

from django.db.models import OuterRef, Q, Subquery

from accounts.models import User
from claims.enums import IN_REVIEW
from claims.models import Claim
from review.access import barred_organizations
from review.assigning import URGENCY


def neighbours_along(user: User) -> dict[str, Subquery]:
    """Columns of claims: the keys of the claims before and behind each in the queue, as ``previous_key`` and ``next_key``.

    The queue is what waits for Microsoft, the most urgent first, without partners from which the person is barred. The
    claim itself need not stand in it any more: its old place counts.
    """
    waiting = Claim.objects.filter(status__in=sorted(IN_REVIEW)).exclude(organization__in=barred_organizations(user))
    behind = waiting.filter(_beyond("gt")).order_by(*URGENCY)
    before = waiting.filter(_beyond("lt")).order_by(*(f"-{name}" for name in URGENCY))
    return {"previous_key": Subquery(before.values("pk")[:1]), "next_key": Subquery(behind.values("pk")[:1])}


def _beyond(side: str) -> Q:
    """Rows on one side of the outer row's place; the first name is said once more on its own, for the index."""
    beyond = Q()
    for name in reversed(URGENCY):
        here = Q(**{f"{name}__{side}": OuterRef(name)})
        beyond = here | (Q(**{name: OuterRef(name)}) & beyond) if beyond else here
    return Q(**{f"{URGENCY[0]}__{side}e": OuterRef(URGENCY[0])}) & beyond
