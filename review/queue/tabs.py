"""The lists of the queue: which claims each holds, and in which order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.enums import DECIDED, IN_REVIEW, ClaimStatus
from claims.models import Claim
from kit.texts import Text
from review.access import barred_organizations, submitted_claims
from review.assigning import URGENCY

RECENT_DAYS = 30


class Order(StrEnum):
    """What a tab is sorted by; every order ends with the claim id, so that a key names one place in it."""

    REVIEW = "review"
    PARTNER = "partner"
    DECIDED = "decided"
    NEWEST = "newest"


class Holder(StrEnum):
    """Whose claims a tab holds."""

    ANYBODY = ""
    ME = "me"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Sequence:
    """The columns that an order goes by, all in one direction, as an index has them."""

    fields: tuple[str, ...]
    falls: bool = False

    def named(self, *, backwards: bool = False) -> list[str]:
        """The columns for ``order_by``; ``backwards`` the other way round."""
        return [f"-{name}" if self.falls != backwards else name for name in self.fields]


SEQUENCES = {
    Order.REVIEW: Sequence(URGENCY),
    Order.PARTNER: Sequence(("action_due_at", "pk")),
    Order.DECIDED: Sequence(("decided_at", "pk"), falls=True),
    Order.NEWEST: Sequence(("pk",), falls=True),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One list of the queue. Without statuses it holds every claim that was ever submitted."""

    slug: str
    label: Text
    statuses: frozenset[str]
    order: Order = Order.REVIEW
    holder: Holder = Holder.ANYBODY

    @property
    def sequence(self) -> Sequence:
        """The columns that the tab goes by."""
        return SEQUENCES[self.order]


TABS = (
    Tab("open", _("To decide"), IN_REVIEW),
    Tab("mine", _("Mine"), IN_REVIEW, holder=Holder.ME),
    Tab("nobody", _("Nobody's"), IN_REVIEW, holder=Holder.NOBODY),
    Tab("submitted", _("Submitted"), frozenset({ClaimStatus.SUBMITTED})),
    Tab("under-review", _("Under review"), frozenset({ClaimStatus.UNDER_REVIEW})),
    Tab("disputed", _("Disputed"), frozenset({ClaimStatus.DISPUTED})),
    Tab("partner", _("Waiting for partner"), frozenset({ClaimStatus.ACTION_REQUIRED}), Order.PARTNER),
    Tab("decided", _("Decided lately"), DECIDED, Order.DECIDED),
    Tab("all", _("All"), frozenset(), Order.NEWEST),
)
TO_DECIDE, MINE, NOBODYS, ALL = TABS[0], TABS[1], TABS[2], TABS[-1]
_BY_SLUG = {tab.slug: tab for tab in TABS}


def tab_named(slug: str, *, otherwise: Tab = TO_DECIDE) -> Tab:
    """The tab with this slug; ``otherwise`` for anything else."""
    return _BY_SLUG.get(slug, otherwise)


def claims_in(tab: Tab, *, user: User, now: datetime) -> QuerySet[Claim]:
    """The claims of a tab for this person, without an order: never those of partners from which it is barred.

    Decided ones are those of the last 30 days.
    """
    claims: QuerySet[Claim] = submitted_claims()
    if tab.statuses:
        claims = Claim.objects.filter(status__in=sorted(tab.statuses))
    if tab.order == Order.DECIDED:
        claims = claims.filter(decided_at__gte=now - timedelta(days=RECENT_DAYS))
    if tab.holder == Holder.ME:
        claims = claims.filter(reviewer=user)
    elif tab.holder == Holder.NOBODY:
        claims = claims.filter(reviewer=None)
    return claims.exclude(organization__in=barred_organizations(user))
