"""Doors for Celery: the sending of queued mail, and what follows it."""

import time

from celery import shared_task
from django.utils import timezone

from notifications import bodies, telling
from notifications.delivery import send_batch
from operations.sweeps import swept

BUDGET_SECONDS = 100.0
TRIES_IN_VAIN = 3


@shared_task(name="notifications.send_queued_mail")
@swept("notifications.send_queued_mail")
def send_queued_mail() -> int:
    """Send what is due, batch after batch, and return how many mails have left.

    A batch that trouble broke off is followed by one of the newest mails: should a mail be to blame, or many of them,
    those that were queued later do not wait behind. Ends when nothing leaves any more. Begins no batch after
    ``BUDGET_SECONDS``, so that a slow server does not run into the task's time limit; the next sweep goes on.
    """
    until = time.monotonic() + BUDGET_SECONDS
    total = in_vain = 0
    newest_first = False
    while in_vain < TRIES_IN_VAIN and time.monotonic() < until:
        batch = send_batch(newest_first=newest_first)
        total += batch.sent
        newest_first = batch.broken_off and not newest_first
        in_vain = 0 if batch.sent else in_vain + 1 if batch.broken_off else TRIES_IN_VAIN
    return total


@shared_task(name="notifications.tell_fates")
@swept("notifications.tell_fates")
def tell_fates() -> int:
    """Tell the rooms that sent mail what became of it, where they could not follow at once."""
    return telling.tell_fates(now=timezone.now())


@shared_task(name="notifications.purge_old_bodies")
@swept("notifications.purge_old_bodies")
def purge_old_bodies() -> int:
    """Remove the bodies of mail that left long ago."""
    return bodies.purge_old_bodies(now=timezone.now())
