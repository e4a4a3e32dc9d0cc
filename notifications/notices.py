"""Notices inside the portal: writing them, reading them."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from notifications.models import Notice, validate_local_path

PAGE = 25
MOST_COUNTED = 99


def notify(
    *, users: Iterable[User], kind: str, title: str, body: str, url: str, reference: str, now: datetime
) -> list[Notice]:
    """Write one notice per person, in one statement. ``url`` is the portal page that opening the notice leads
    to.

    Raises ValidationError when ``url`` leads out of the portal.
    """
    validate_local_path(url)
    once = {user.pk: user for user in users}.values()
    return Notice.objects.bulk_create(
        Notice(
            user=user,
            kind=kind,
            title=" ".join(title.split())[:300],
            body=body,
            url=url,
            reference=reference,
            created_at=now,
        )
        for user in once
    )


def page_of_notices(user: User, *, before: int | None = None) -> tuple[list[Notice], int | None]:
    """The person's notices, newest first, older than the one numbered ``before``; and the ``before`` of the
    next page.

    The second is None on the last page.
    """
    found = user.notices.all() if before is None else user.notices.filter(pk__lt=before)
    notices = list(found[: PAGE + 1])
    return notices[:PAGE], notices[PAGE - 1].pk if len(notices) > PAGE else None


def mark_read(notice: Notice, *, now: datetime) -> None:
    """Note that the person opened the notice; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)


def mark_all_read(user: User, *, upto: int | None = None, now: datetime) -> int:
    """Mark the person's unread notices read, none newer than ``upto``, and return how many there were."""
    unread = user.notices.filter(read_at=None)
    return (unread if upto is None else unread.filter(pk__lte=upto)).update(read_at=now)


def count_unread(user: User) -> int:
    """How many notices the person has not read; counting stops at 99."""
    return user.notices.filter(read_at=None).order_by()[:MOST_COUNTED].count()
