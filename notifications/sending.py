"""Runs of the sender: batch after batch until nothing is due, one run at a time, none against a server just found away."""

import time

from django.core.cache import cache
from django.utils import timezone

from notifications.delivery import send_batch
from notifications.leases import due_mail
from notifications.nudge import take_up_nudge
from notifications.sole_sender import sole_sender

BUDGET_SECONDS = 100.0
TRIES_IN_VAIN = 3
PAUSE_SECONDS = 10
_AWAY = "mail-server-found-away"


def send_all_due() -> int:
    """Send what is due, batch after batch, and return how many mails have left.

    Returns at once while another run is under way, and for ``PAUSE_SECONDS`` after one that could not reach the mail
    server: an attempt costs a mail one of its own, and the worker the time that the server lets it wait. Begins no batch
    after ``BUDGET_SECONDS``, so that a slow server does not run into the task's time limit; the next sweep goes on.
    """
    take_up_nudge()
    until = time.monotonic() + BUDGET_SECONDS
    total = idle = 0
    while True:
        with sole_sender() as alone:
            if not alone or cache.get(_AWAY):
                return total
            sent, gave_up = _send_batches(until)
        total += sent
        idle = 0 if sent else idle + 1
        # A run that came while this one was ending left what it came for to this one, so look once more without the lock.
        if gave_up or idle > 1 or not due_mail(now=timezone.now()).exists():
            return total


def _send_batches(until: float) -> tuple[int, bool]:
    """How many mails have left by the time that nothing is due, or until it is no use; and whether that was so.

    A batch that trouble broke off is followed by one of the newest mails: should a mail be to blame, or many of them,
    those that were queued later do not wait behind. No mail is to blame for a server that cannot be reached.
    """
    total = in_vain = 0
    newest_first = False
    while in_vain < TRIES_IN_VAIN and time.monotonic() < until:
        batch = send_batch(newest_first=newest_first)
        total += batch.sent
        if batch.unreachable:
            cache.set(_AWAY, True, timeout=PAUSE_SECONDS)
            return total, True
        if not batch.tried:
            return total, False
        newest_first = batch.broken_off and not newest_first
        in_vain = 0 if batch.sent else in_vain + batch.broken_off
    return total, True
