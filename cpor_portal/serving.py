"""How gunicorn runs in production: `gunicorn --config python:cpor_portal.serving cpor_portal.wsgi`.

Its own lines look like the portal's, and its processes put their figures together. A process that takes another's place
goes on with that one's figures, so that there are never more files than processes.
"""

import os
from typing import Any

from kit.logs import log_settings
from operations.figures_directory import DIRECTORY, empty_directory

bind = "0.0.0.0:8000"  # within a container; what reaches it is the host's matter
worker_class = "gthread"
workers = 2
threads = 8
max_requests, max_requests_jitter = 2000, 200
logconfig_dict = log_settings(level=os.environ.get("LOG_LEVEL", "INFO"), style=os.environ.get("LOG_FORMAT", "lines"))


def on_starting(server: Any) -> None:
    """Forget the figures of an earlier start."""
    empty_directory()


def pre_fork(server: Any, worker: Any) -> None:
    """Give the new process the lowest place that no living one has."""
    taken = {getattr(other, "place", None) for other in server.WORKERS.values()}
    worker.place = min(set(range(len(taken) + 1)) - taken)


def post_fork(server: Any, worker: Any) -> None:
    """Let the process write its figures into the file of its place, instead of one of its own."""
    if os.environ.get(DIRECTORY):
        from prometheus_client import values  # noqa: PLC0415 - it looks for the directory when imported

        values.ValueClass = values.MultiProcessValue(process_identifier=lambda: worker.place)
