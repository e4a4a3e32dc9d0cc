"""Secret addresses of calendar feeds: one per person, shown once, replaced and revoked at will."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from kit.links import digest, new_token
from notifications.models import FeedAddress

_NOTE_EVERY = timedelta(hours=1)


def current_address(user: User) -> FeedAddress | None:
    """The person's address that works, if there is one. Its token is known to nobody but the person."""
    return user.feed_addresses.filter(revoked_at=None).first()


def make_address(user: User, *, reference: str, now: datetime) -> str:
    """Make a new address and return its token, this once; an older address of the person stops working at once.

    ``reference`` is what the feed will tell of. Two requests at the same moment follow each other: the last one holds.
    """
    token = new_token()
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        revoke_address(user, now=now)
        FeedAddress.objects.create(user=user, reference=reference, token_digest=digest(token), created_at=now)
    return token


def revoke_address(user: User, *, now: datetime) -> bool:
    """Let the person's address stop working, for good. False when there is none."""
    return bool(user.feed_addresses.filter(revoked_at=None).update(revoked_at=now))


def find_address(token: str) -> FeedAddress | None:
    """The address that a token opens, with its owner; None for one that is unknown, revoked, or of a closed account."""
    open_addresses = FeedAddress.objects.filter(revoked_at=None, user__is_active=True).select_related("user")
    return open_addresses.filter(token_digest=digest(token)).first()


def note_reading(address: FeedAddress, *, now: datetime) -> None:
    """Remember that a calendar read the feed, at most once an hour, so that reading stays cheap."""
    stale = Q(last_read_at=None) | Q(last_read_at__lt=now - _NOTE_EVERY)
    if address.last_read_at is None or address.last_read_at < now - _NOTE_EVERY:
        FeedAddress.objects.filter(stale, pk=address.pk).update(last_read_at=now)
