"""Doors for Celery: the sending of queued mail, and what follows it."""

import time

from celery import shared_task
from django.utils import timezone

from notifications import bodies, telling
from notifications.delivery import send_due
from operations.sweeps import swept

BUDGET_SECONDS = 100.0


@shared_task(name="notifications.send_queued_mail")
@swept("notifications.send_queued_mail")
def send_queued_mail() -> int:
    """Send what is due, batch after batch until two of them sent nothing, and return how many mails have left.

    The second chance is for those that waited behind a mail that the server did not answer. Begins no batch after
    ``BUDGET_SECONDS``, so that a slow server does not run into the task's time limit; the next sweep goes on.
    """
    until = time.monotonic() + BUDGET_SECONDS
    total = in_vain = 0
    while in_vain < 2 and time.monotonic() < until:
        sent = send_due()
        total += sent
        in_vain = 0 if sent else in_vain + 1
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
