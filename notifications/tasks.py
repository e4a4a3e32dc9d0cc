"""Door for Celery: the sending of queued mail."""

import time

from celery import shared_task

from notifications.delivery import send_due

BUDGET_SECONDS = 100.0


@shared_task(name="notifications.send_queued_mail")
def send_queued_mail() -> int:
    """Send what is due, batch after batch until one sends nothing, and return how many mails have left.

    Begins no batch after ``BUDGET_SECONDS``, so that a slow server does not run into the task's time limit;
    the next sweep goes on.
    """
    until = time.monotonic() + BUDGET_SECONDS
    total = 0
    while time.monotonic() < until and (sent := send_due()):
        total += sent
    return total
