"""Who may send a mail just now: leases on rows, and what happens to those whose sender went away."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Left
from django.utils.translation import gettext_noop

from notifications.applying import apply_kept_reports, note_fate
from notifications.fates import Fate
from notifications.models import OutgoingEmail
from notifications.telling import tell_fates_of

logger = logging.getLogger(__name__)
Status = OutgoingEmail.Status
MOST_MISHAPS = 5
# Kept in rows as they are here.
STOPPED = gettext_noop("The sender stopped midway; the mail may have left already.")
PARKED = gettext_noop(
    "Parked: the sender stopped {times} times in the middle of this message. It may have left already; "
    "look at it before you send it again."
).format(times=MOST_MISHAPS)
USELESS = gettext_noop(
    "Not sent: it was of use for a short time only, and the mail server did not take it in that time. Whoever waits for it "
    "asks for a new one."
)
STUMBLED = gettext_noop(
    "Parked: the portal failed {times} times to hand this message over, the last time by an error of its own that stands "
    "in the log. It did not leave then. Have the error mended before you send it again."
).format(times=MOST_MISHAPS)


def lease_length() -> timedelta:
    """How long a sender has for a mail before others take it for gone."""
    return timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def due_mail(*, now: datetime) -> QuerySet[OutgoingEmail]:
    """Queued mail whose time has come."""
    return OutgoingEmail.objects.filter(status=Status.QUEUED, next_attempt_at__lte=now)


@transaction.atomic
def lease(*, now: datetime, limit: int, newest_first: bool = False) -> list[OutgoingEmail]:
    """Take up to ``limit`` mails whose time has come, those that waited longest first; others pass them over.

    ``newest_first`` turns that round, and leaves for last what was tried in vain before.
    """
    order = ("attempts", "-pk") if newest_first else ("next_attempt_at", "pk")
    leased = list(due_mail(now=now).order_by(*order).select_for_update(skip_locked=True)[:limit])
    until = now + lease_length()
    if leased:
        taken = OutgoingEmail.objects.filter(pk__in=[mail.pk for mail in leased])
        taken.update(status=Status.LEASED, leased_until=until, attempt_started_at=None)
    for mail in leased:
        mail.leased_until = until
    return leased


def give_back(leased: list[OutgoingEmail]) -> None:
    """Queue leased mail again as it was, when no attempt was begun on it."""
    for until in {mail.leased_until for mail in leased}:
        keys = [mail.pk for mail in leased if mail.leased_until == until]
        held = OutgoingEmail.objects.filter(pk__in=keys, status=Status.LEASED, leased_until=until)
        held.filter(attempt_started_at=None).update(status=Status.QUEUED, leased_until=None)


def release_stale(*, now: datetime) -> None:
    """Queue mail again whose sender went away.

    What it only held goes back as it was. What it was in the middle of counts a mishap; a mail with five of them may
    be what takes the senders down, so it is parked: failed, with a sentence, for staff to look at.
    """
    with transaction.atomic():
        stale = OutgoingEmail.objects.filter(status=Status.LEASED, leased_until__lt=now)
        left = list(stale.order_by("pk").select_for_update(skip_locked=True).defer("text", "html")[:1000])
        midway = [mail for mail in left if mail.attempt_started_at]
        held = OutgoingEmail.objects.filter(pk__in=[mail.pk for mail in left if not mail.attempt_started_at])
        if left:
            logger.warning("%s mails were left by a sender that went away, %s midway", len(left), len(midway))
            held.update(status=Status.QUEUED, leased_until=None)
        for mail in midway:
            _count_mishap(mail, now=now)
        apply_kept_reports([mail.pk for mail in midway])
    tell_fates_of([mail.pk for mail in midway], now=now)


def _count_mishap(mail: OutgoingEmail, *, now: datetime) -> None:
    """Queue a mail whose sender died in the middle of it, or park it. One that was superseded meanwhile stays here."""
    row = OutgoingEmail.objects.filter(pk=mail.pk)
    changes = {"leased_until": None, "attempt_started_at": None, "mishaps": mail.mishaps + 1}
    if mail.superseded:
        row.update(**changes, status=Status.WITHHELD, given_up_at=now, last_error=STOPPED)
    elif mail.mishaps + 1 < MOST_MISHAPS:
        row.update(**changes, status=Status.QUEUED, next_attempt_at=now, last_error=STOPPED)
    else:
        row.update(**changes, status=Status.FAILED, given_up_at=now, last_error=PARKED)
        note_fate(mail, Fate.FAILED, at=now, reason=PARKED)


def withhold_useless(*, now: datetime) -> int:
    """Keep back queued mail that has become of no use to whoever gets it, and return how much that was."""
    useless = OutgoingEmail.objects.filter(status=Status.QUEUED, useless_after__lte=now)
    said = Left(Concat(Value(f"{USELESS} "), F("last_error")), 500)
    return useless.update(status=Status.WITHHELD, given_up_at=now, last_error=said)
