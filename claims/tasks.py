"""Doors for Celery: no arguments of weight, one rule called."""

from celery import shared_task
from django.utils import timezone

from claims.deadlines import sweep
from operations.sweeps import swept


@shared_task(name="claims.sweep_deadlines")
@swept("claims.sweep_deadlines")
def sweep_deadlines() -> dict[str, int]:
    """Let passed deadlines take effect."""
    return sweep(now=timezone.now())
