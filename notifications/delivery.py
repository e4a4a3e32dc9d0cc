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
from django.utils import timezone

from notifications.attempt import MailConnection, Outcome, attempt
from notifications.bodies import without_secrets
from notifications.fates import Fate
from notifications.leases import (
    MOST_MISHAPS,
    PARKED,
    begin,
    give_back,
    lease,
    lease_length,
    ours,
    release_stale,
)
from notifications.models import OutgoingEmail
from notifications.reports import apply_kept_reports
from notifications.telling import note_fate, tell_fates_of

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


def send_due(*, now: datetime | None = None, limit: int = 50) -> int:
    """Send up to ``limit`` mails whose time has come, over one connection, and return how many have left.

    Safe to run by many at once. Trouble with the server as such ends the batch: the mail being sent counts an
    attempt and waits, the rest goes back untouched and is first in the next batch. ``now`` stands still when
    given (tests), else it is the clock.
    """
    clock: Clock = timezone.now if now is None else lambda: now
    release_stale(now=clock())
    leased = lease(now=clock(), limit=limit)
    sent = 0
    if leased:
        connection: MailConnection = mailers.default
        try:
            sent = _send_all(connection, leased, clock=clock)
        finally:
            _close(connection)
    return sent


def _send_all(connection: MailConnection, leased: list[OutgoingEmail], *, clock: Clock) -> int:
    sent, until = 0, time.monotonic() + min(BATCH_SECONDS, lease_length().total_seconds() / 2)
    waiting = list(leased)
    try:
        while waiting and time.monotonic() < until:
            mail = waiting.pop(0)
            if not begin(mail, now=clock()):
                continue
            outcome = attempt(connection, mail)
            sent += _settle(mail, outcome, now=clock())
            if outcome.server_gone:
                break
    finally:
        if waiting:
            give_back(waiting)
    return sent


def _close(connection: MailConnection) -> None:
    try:
        connection.close()
    except OSError as error:
        logger.info("mail server did not take the good-bye: %s", error)


def _settle(mail: OutgoingEmail, outcome: Outcome, *, now: datetime) -> int:
    """Write on the row what came of the attempt: sent, queued again, or failed. 1 when sent, else 0.

    Sent and failed are told to the rooms above once that is committed, whatever they do with it; reports that came
    before the mail was noted as sent are applied.
    """
    changes, fate, reason = _what_came(mail, outcome, now=now)
    with transaction.atomic():
        settled = ours(mail).update(**changes)
        if settled and fate:
            note_fate(mail, fate, at=now, reason=reason)
        if settled:
            apply_kept_reports(mail.pk)
    logger.info("mail %s (%s): %s %s", mail.pk, mail.kind, changes["status"], outcome.error)
    if settled:
        tell_fates_of(mail.pk, now=now)
    return int(settled and fate is Fate.SENT)


def _what_came(mail: OutgoingEmail, outcome: Outcome, *, now: datetime) -> tuple[dict[str, object], Fate | None, str]:
    """The changes to the row, what became of the mail if that is settled, and why, in words for people."""
    changes: dict[str, object] = {
        "leased_until": None,
        "attempt_started_at": None,
        "delivered_to": list(outcome.accepted),
        "last_error": outcome.error,
        "mishaps": mail.mishaps + outcome.is_mishap,
    }
    if outcome.provider_message_id:
        changes["provider_message_id"] = outcome.provider_message_id
    if outcome.is_mishap and mail.mishaps + 1 >= MOST_MISHAPS:
        said = f"{PARKED} {outcome.error}"[:500]
        return changes | {"status": Status.FAILED, "last_error": said}, Fate.FAILED, said
    if outcome.again and mail.attempts <= len(DELAYS):
        return changes | {"status": Status.QUEUED, "next_attempt_at": now + DELAYS[mail.attempts - 1]}, None, ""
    if set(mail.to) & set(outcome.accepted):
        return changes | {"status": Status.SENT, "sent_at": now, **without_secrets(mail)}, Fate.SENT, outcome.error
    said = "given up after three days. It said last" if outcome.again else "refused by the mail server. It said"
    return changes | {"status": Status.FAILED}, Fate.FAILED, f"The message was {said}: {outcome.error}"
