"""How gunicorn runs in production: `gunicorn --config python:cpor_portal.serving cpor_portal.wsgi`.

Its own lines look like the portal's, and its processes put their figures together.
"""

import os
from typing import Any

from kit.logs import log_settings
from operations.figures_directory import DIRECTORY, empty_directory

bind = "0.0.0.0:8000"  # a container; what reaches it is the host's matter
worker_class = "gthread"
workers = 2
threads = 8
max_requests, max_requests_jitter = 2000, 200
logconfig_dict = log_settings(level=os.environ.get("LOG_LEVEL", "INFO"), style=os.environ.get("LOG_FORMAT", "lines"))


def on_starting(server: Any) -> None:
    """Forget the figures of processes that ran before."""
    empty_directory()


def child_exit(server: Any, worker: Any) -> None:
    """Let the figures of a process that ended count no longer as live."""
    if DIRECTORY in os.environ:
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - reads the directory when imported

        mark_process_dead(worker.pid)
