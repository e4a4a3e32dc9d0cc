"""Carrying queued mail to the mail server.

Rows are leased in a short transaction of their own, so that several workers share the work, and sent outside
any transaction. A worker that dies between the server's yes and its own note leaves a lease that runs out;
the mail then goes out again under the same Message-ID, by which it can be recognised.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import mailers
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from notifications.attempt import MailConnection, Outcome, attempt
from notifications.models import OutgoingEmail

logger = logging.getLogger(__name__)
Status = OutgoingEmail.Status

LEASE = timedelta(minutes=10)
BATCH_SECONDS = 60.0
_HOURS = (2, 6, 12, 12, 12, 12, 12)
# After the last, not quite 72 hours after the first attempt, the mail has failed and waits for staff.
DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=h) for h in _HOURS),
)
BLANKED = "The body held a personal link and was removed once the mail had left."


def send_due(*, now: datetime | None = None, limit: int = 50) -> int:
    """Send up to ``limit`` mails whose time has come, over one connection, and return how many have left.

    Safe to run by many at once. Trouble with the server as such ends the batch: the mail being sent counts an
    attempt, the rest goes back untouched. ``now`` stands still when given (tests), else it is the clock.
    """
    clock: Callable[[], datetime] = timezone.now if now is None else lambda: now
    _release_stale(now=clock())
    leased = _lease(now=clock(), limit=limit)
    sent = 0
    if leased:
        connection: MailConnection = mailers.default
        try:
            sent = _send_all(connection, leased, clock=clock)
        finally:
            _close(connection)
    return sent


def _send_all(connection: MailConnection, leased: list[OutgoingEmail], *, clock: Callable[[], datetime]) -> int:
    sent, until = 0, time.monotonic() + BATCH_SECONDS
    for position, mail in enumerate(leased):
        if time.monotonic() > until:
            _give_back(leased[position:])
            break
        if not _begin(mail, now=clock()):
            continue
        outcome = attempt(connection, mail)
        sent += _settle(mail, outcome, now=clock())
        if outcome.server_gone:
            _give_back(leased[position + 1 :])
            break
    return sent


def _close(connection: MailConnection) -> None:
    try:
        connection.close()
    except OSError as error:
        logger.info("mail server did not take the good-bye: %s", error)


def _release_stale(*, now: datetime) -> None:
    """Put mail back whose sender went away; one that took its sender down every time fails in the end."""
    stale = OutgoingEmail.objects.filter(status=Status.LEASED, leased_until__lt=now)
    note = "The sender stopped midway; the mail may have left already."
    stale.filter(attempts__gt=len(DELAYS)).update(status=Status.FAILED, leased_until=None, last_error=note)
    released = stale.update(status=Status.QUEUED, leased_until=None, next_attempt_at=now, last_error=note)
    if released:
        logger.warning("%s mails were left by a sender that went away", released)


@transaction.atomic
def _lease(*, now: datetime, limit: int) -> list[OutgoingEmail]:
    due = OutgoingEmail.objects.filter(status=Status.QUEUED, next_attempt_at__lte=now)
    leased = list(due.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True)[:limit])
    until = now + LEASE
    OutgoingEmail.objects.filter(pk__in=[mail.pk for mail in leased]).update(status=Status.LEASED, leased_until=until)
    for mail in leased:
        mail.leased_until = until
    return leased


def _begin(mail: OutgoingEmail, *, now: datetime) -> bool:
    """Count the attempt and let the lease start anew. False when the lease ran out and another has it."""
    until = now + LEASE
    begun = _ours(mail).update(attempts=F("attempts") + 1, leased_until=until)
    mail.attempts += 1
    mail.leased_until = until
    return bool(begun)


def _settle(mail: OutgoingEmail, outcome: Outcome, *, now: datetime) -> int:
    """Write on the row what came of the attempt: sent, queued again, or failed. 1 when sent, else 0."""
    changes: dict[str, object] = {
        "leased_until": None,
        "delivered_to": list(outcome.accepted),
        "last_error": outcome.error,
    }
    if outcome.again and mail.attempts <= len(DELAYS):
        changes |= {"status": Status.QUEUED, "next_attempt_at": now + DELAYS[mail.attempts - 1]}
    elif set(mail.to) & set(outcome.accepted):
        changes |= {"status": Status.SENT, "sent_at": now}
        if mail.sensitive:
            changes |= {"text": BLANKED, "html": ""}
    else:
        changes |= {"status": Status.FAILED}
    settled = _ours(mail).update(**changes)
    logger.info("mail %s (%s): %s %s", mail.pk, mail.kind, changes["status"], outcome.error)
    return int(settled and changes["status"] == Status.SENT)


def _give_back(leased: list[OutgoingEmail]) -> None:
    for mail in leased:
        _ours(mail).update(status=Status.QUEUED, leased_until=None)


def _ours(mail: OutgoingEmail) -> QuerySet[OutgoingEmail]:
    """The mail's row while it is leased to this sender; the end of the lease tells whose it is."""
    return OutgoingEmail.objects.filter(pk=mail.pk, status=Status.LEASED, leased_until=mail.leased_until)
