"""Door for Celery: the log of sweeps does not grow for ever."""

from celery import shared_task
from django.utils import timezone

from operations import sweeps


@shared_task(name="operations.forget_old_runs")
@sweeps.swept("operations.forget_old_runs")
def forget_old_runs() -> int:
    """Delete what the log of sweeps has held for longer than it keeps."""
    return sweeps.forget_old_runs(now=timezone.now())
