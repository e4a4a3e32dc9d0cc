"""Who has a claim open now, so that two people on one claim see each other. Only deciders count: readers disturb nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.translation import gettext, ngettext

from accounts.models import User
from claims.models import Claim
from review.access import DECIDE
from review.models import Presence
from review.rows import moment_in, name_at, rows_along

QUIET_SECONDS = 30  # no second write within them
HERE_MINUTES = 15  # who has said nothing for longer has left
KEPT_HOURS = 24
_MOST = 20


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who has a claim open, or had a moment ago."""

    person: int
    name: str
    seen_at: datetime
    minutes: int

    @property
    def ago(self) -> str:
        """«just now», «1 minute ago», «4 minutes ago»."""
        if self.minutes < 1:
            return gettext("just now")
        return ngettext("{count} minute ago", "{count} minutes ago", self.minutes).format(count=self.minutes)


def presence_along() -> ArraySubquery:
    """A column of claims: their newest rows of presence, for ``people_in``."""
    newest = Presence.objects.filter(claim=OuterRef("pk")).order_by("-seen_at")[:_MOST]
    return rows_along(newest, person="user_id", name=name_at("user"), at="seen_at")


def presence_on(claim: Claim, *, now: datetime) -> list[Here]:
    """Everybody who had the claim open lately, the caller too, newest first. One query."""
    rows = Claim.objects.filter(pk=claim.pk).values_list(presence_along(), flat=True).first()
    return people_in(rows or [], now=now)


def people_in(rows: list[dict[str, Any]], *, now: datetime) -> list[Here]:
    """The rows of ``presence_along`` as people; who was last seen a quarter of an hour ago has left."""
    found = []
    for row in rows:
        seen = moment_in(row["at"])
        if now - seen < timedelta(minutes=HERE_MINUTES):
            found.append(Here(row["person"], row["name"], seen, max(0, int((now - seen).total_seconds() // 60))))
    return found


def note_presence(claim: Claim, *, user: User, now: datetime, people: list[Here]) -> bool:
    """Note that the person has the claim open, in one statement; whether it was written.

    ``people`` are those known to be here: whoever was noted less than 30 seconds ago is not noted again, nor are people
    who only read.
    """
    if not user.has_perm(DECIDE):
        return False
    if any(each.person == user.pk and now - each.seen_at < timedelta(seconds=QUIET_SECONDS) for each in people):
        return False
    row = Presence(claim=claim, user=user, seen_at=now)
    keys, changes = ["claim", "user"], ["seen_at"]
    Presence.objects.bulk_create([row], update_conflicts=True, unique_fields=keys, update_fields=changes)
    return True


def forget_presence(*, now: datetime) -> int:
    """Delete rows older than a day, and return how many (a sweep)."""
    gone, _ = Presence.objects.filter(seen_at__lt=now - timedelta(hours=KEPT_HOURS)).delete()
    return gone
