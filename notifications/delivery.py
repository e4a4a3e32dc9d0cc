"""Carrying queued mail to the mail server.

Rows are leased in a short transaction of their own, so that several workers share the work, and sent outside
any transaction. A worker that dies between the server's yes and its own note leaves a lease that runs out;
the mail then goes out again under the same Message-ID, by which it can be recognised.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import mailers
from django.utils import timezone
from django.utils.translation import gettext

from notifications.attempt import MailConnection, Outcome, attempt
from notifications.bodies import without_secrets
from notifications.fates import Fate
from notifications.leases import MOST_MISHAPS, STUMBLED, give_back, lease, lease_length, release_stale, withhold_useless
from notifications.models import OutgoingEmail
from notifications.notes import Followers, Note, write

logger = logging.getLogger(__name__)
Status = OutgoingEmail.Status
Clock = Callable[[], datetime]

BATCH_SECONDS = 60.0
_HOURS = (2, 6, 12, 12, 12, 12, 12)
# After the last, not quite 72 hours after the first attempt, the mail has failed and waits for staff.
DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=h) for h in _HOURS),
)


@dataclass(frozen=True, slots=True)
class Batch:
    """How a batch went: how many mails have left, how many were tried, and whether trouble with the server ended it
    early. ``unreachable``: there was no connection, so no mail is to blame for the trouble.
    """

    sent: int = 0
    tried: int = 0
    broken_off: bool = False
    unreachable: bool = False


def send_due(*, now: datetime | None = None, limit: int = 50) -> int:
    """Send up to ``limit`` mails whose time has come, and return how many have left. As ``send_batch``."""
    return send_batch(now=now, limit=limit).sent


def send_batch(*, now: datetime | None = None, limit: int = 50, newest_first: bool = False) -> Batch:
    """Send up to ``limit`` mails whose time has come, over one connection.

    Safe to run by many at once. Trouble with the server as such ends the batch: the mail being sent counts an
    attempt and waits, the rest goes back untouched. ``now`` stands still when given (tests), else it is the clock.
    """
    clock: Clock = timezone.now if now is None else lambda: now
    release_stale(now=clock())
    withhold_useless(now=clock())
    leased = lease(now=clock(), limit=limit, newest_first=newest_first)
    if not leased:
        return Batch()
    connection: MailConnection = mailers.default
    try:
        return _send_all(connection, leased, clock=clock)
    finally:
        _close(connection)


def _send_all(connection: MailConnection, leased: list[OutgoingEmail], *, clock: Clock) -> Batch:
    """Send one after the other. What came of one is written with the beginning of the next, in one statement: each
    mail's fate is safe before another is touched, so a sender that is killed repeats one mail at most.
    """
    until = time.monotonic() + min(BATCH_SECONDS, lease_length().total_seconds() / 2)
    waiting, followers = deque(leased), Followers(clock)
    note: Note | None = None
    tried = 0
    broken_off = unreachable = False
    try:
        while waiting and not broken_off and time.monotonic() < until:
            mail = waiting.popleft()
            written = write(note, begin=mail, now=clock(), until=clock() + lease_length())
            followers.add(note, written)
            note = None
            if written.begun:
                outcome = attempt(connection, mail)
                note, tried = what_came(mail, outcome, now=clock()), tried + 1
                broken_off, unreachable = outcome.server_gone, outcome.unreachable
    finally:
        if note:
            followers.add(note, write(note, now=clock()))
        give_back(list(waiting))
        followers.tell()
    return Batch(followers.sent, tried, broken_off, unreachable)


def _close(connection: MailConnection) -> None:
    try:
        connection.close()
    except OSError as error:
        logger.info("mail server did not take the good-bye: %s", error)


def what_came(mail: OutgoingEmail, outcome: Outcome, *, now: datetime) -> Note:
    """What an attempt makes of a mail: sent, queued again, or failed; and what is told of it, in words for people.

    Those in To settle it. A copy that was refused is told of on the row and goes with it.
    """
    changes: dict[str, object] = {
        "delivered_to": list(outcome.accepted),
        "last_error": "; ".join(filter(None, (outcome.error, outcome.copies)))[:500],
        "mishaps": mail.mishaps + outcome.is_mishap,
    }
    if outcome.provider_message_id:
        changes["provider_message_id"] = outcome.provider_message_id
    failed = changes | {"status": Status.FAILED.value}
    if outcome.is_mishap and mail.mishaps + 1 >= MOST_MISHAPS:
        said = f"{STUMBLED} {outcome.error}"[:500]
        return Note(mail, failed | {"last_error": said}, now, Fate.FAILED, said)
    if outcome.again and mail.attempts <= len(DELAYS):
        again = {"status": Status.QUEUED.value, "next_attempt_at": now + DELAYS[mail.attempts - 1]}
        return Note(mail, changes | again, now)
    if set(mail.to) & set(outcome.accepted):
        left = {"status": Status.SENT.value, "sent_at": now, **without_secrets(mail)}
        return Note(mail, changes | left, now, Fate.SENT, outcome.error or outcome.copies)
    if outcome.again:
        said = gettext("The message was given up after three days. It said last: {error}")
        return Note(mail, failed, now, Fate.FAILED, said.format(error=outcome.error))
    said = gettext("The message was refused by the mail server. It said: {error}")
    return Note(mail, failed, now, Fate.FAILED, said.format(error=outcome.error), about_recipient=True)
