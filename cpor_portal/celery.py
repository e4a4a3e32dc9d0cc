"""The Celery application: `celery -A cpor_portal worker` and `celery -A cpor_portal beat`."""

import logging
import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_ready
from django.conf import settings
from django_structlog.celery.receivers import CeleryReceiver

from operations.figures_directory import empty_directory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpor_portal.settings")

app = Celery("cpor_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# The id of a request travels with the tasks it asks for; lines of a task carry that and its own.
_ids = CeleryReceiver()
_ids.connect_worker_signals()


@setup_logging.connect
def log_as_everywhere(loglevel: int | str | None = None, **_: Any) -> None:
    """Workers and beat write as the portal does, masked; `--loglevel` still counts. Celery's own handlers stay away."""
    dictConfig(settings.LOGGING)
    if loglevel:
        logging.getLogger().setLevel(loglevel)


@worker_init.connect
def begin_counting(**_: Any) -> None:
    """Forget the figures of a worker that ran here before."""
    empty_directory()


@worker_ready.connect
def offer_figures(**_: Any) -> None:
    """Let Prometheus ask this worker when WORKER_METRICS_PORT names a port."""
    from operations.worker_metrics import offer_metrics  # noqa: PLC0415 - the settings were not read when this was

    offer_metrics()
