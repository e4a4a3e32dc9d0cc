"""Doors for Celery: one rule called each."""

from celery import shared_task
from django.utils import timezone

from operations.sweeps import swept
from review.arbitration.binding import mend_ranks
from review.assigning import release_idle
from review.digest import send_digests
from review.escalation import send_alerts
from review.presence import forget_presence


@shared_task(name="review.release_idle_claims")
@swept("review.release_idle_claims")
def release_idle_claims() -> int:
    """Give claims back to the queue that their reviewers have left alone."""
    return release_idle(now=timezone.now())


@shared_task(name="review.send_morning_digests")
@swept("review.send_morning_digests")
def send_morning_digests() -> int:
    """Queue the digests of today, if their hour has come and they are not queued yet."""
    return send_digests(now=timezone.now())


@shared_task(name="review.send_alerts")
@swept("review.send_alerts")
def send_review_alerts() -> dict[str, int]:
    """Tell reviewers what is due today, and leads what has become overdue."""
    return send_alerts(now=timezone.now())


@shared_task(name="review.mend_ranks")
@swept("review.mend_ranks")
def mend_queue_ranks() -> int:
    """Put claims in the right place of the queue that were busy while their case opened or closed."""
    return mend_ranks()


@shared_task(name="review.forget_old_presence")
@swept("review.forget_old_presence")
def forget_old_presence() -> int:
    """Delete what was noted of people who had claims open more than a day ago."""
    return forget_presence(now=timezone.now())
