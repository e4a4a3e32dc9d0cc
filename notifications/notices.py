"""Notices inside the portal: writing them, reading them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from kit.templatetags.portal import written
from notifications.models import Notice, validate_local_path

PAGE = 25
MOST_COUNTED = 100  # shown as «99+»


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


def page_of_notices(
    user: User, *, before: int | None = None, unread_only: bool = False
) -> tuple[list[Notice], int | None]:
    """The person's notices, newest first, older than the one numbered ``before``; and the ``before`` of the
    next page.

    The second is None on the last page. ``unread_only`` leaves out what was read.
    """
    found = user.notices.filter(read_at=None) if unread_only else user.notices.all()
    if before is not None:
        found = found.filter(pk__lt=before)
    notices = list(found[: PAGE + 1])
    return notices[:PAGE], notices[PAGE - 1].pk if len(notices) > PAGE else None


@dataclass(frozen=True, slots=True)
class Day:
    """The notices of one day in the server's zone; the page's script regroups them in the reader's."""

    label: str
    notices: Sequence[Notice]


def group_by_day(notices: Iterable[Notice], *, now: datetime) -> list[Day]:
    """The notices in their order, day by day; the two newest days are «Today» and «Yesterday»."""
    today = timezone.localdate(now)
    names = {today: gettext("Today"), today - timedelta(days=1): gettext("Yesterday")}

    def day_of(notice: Notice) -> date:
        return timezone.localdate(notice.created_at)

    return [Day(names.get(day) or written(day), list(some)) for day, some in groupby(notices, day_of)]


def mark_read(notice: Notice, *, now: datetime) -> None:
    """Note that the person opened the notice; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)


def mark_unread(notice: Notice) -> None:
    """Let the notice count as unread again, so that the person comes back to it."""
    Notice.objects.filter(pk=notice.pk).update(read_at=None)


def mark_all_read(user: User, *, upto: int | None = None, now: datetime) -> int:
    """Mark the person's unread notices read, none newer than ``upto``, and return how many there were."""
    unread = user.notices.filter(read_at=None)
    return (unread if upto is None else unread.filter(pk__lte=upto)).update(read_at=now)


def count_unread(user: User) -> int:
    """How many notices the person has not read; counting stops at 100, which is shown as «99+»."""
    return user.notices.filter(read_at=None).order_by()[:MOST_COUNTED].count()
