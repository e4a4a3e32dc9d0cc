"""Doors for Celery: the sending of queued mail, and what follows it."""

from celery import shared_task
from django.utils import timezone

from notifications import bodies, sending, telling
from operations.sweeps import swept


@shared_task(name="notifications.send_queued_mail")
@swept("notifications.send_queued_mail")
def send_queued_mail() -> int:
    """Send what is due, and return how many mails have left."""
    return sending.send_all_due()


@shared_task(name="notifications.tell_fates")
@swept("notifications.tell_fates")
def tell_fates() -> int:
    """Tell the rooms that sent mail what became of it, where they could not follow at once."""
    return telling.tell_fates(now=timezone.now())


@shared_task(name="notifications.purge_old_bodies")
@swept("notifications.purge_old_bodies")
def purge_old_bodies() -> int:
    """Remove the bodies of mail that left or was given up long ago."""
    return bodies.purge_old_bodies(now=timezone.now())
