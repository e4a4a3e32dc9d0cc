"""Where requests and tasks are counted."""

import time
from collections.abc import Callable
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse

from operations.metrics import REQUEST_SECONDS, REQUESTS, TASK_SECONDS, TASKS

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class MeasureRequests:
    """Count every answer by method, view and status. Views go by their names: an address may hold a secret or a number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        match = request.resolver_match
        view = (match.view_name or "unnamed") if match else "none"
        REQUESTS.labels(method, view, response.status_code).inc()
        REQUEST_SECONDS.labels(method, view).observe(time.perf_counter() - started)
        return response


def measure_tasks() -> None:
    """Count every task that ends in this process. Called once, when the portal starts."""
    task_prerun.connect(_begin, dispatch_uid="operations.measuring")
    task_postrun.connect(_end, dispatch_uid="operations.measuring")


def _begin(task: Any = None, **_: Any) -> None:
    task.request.measured_from = time.perf_counter()


def _end(task: Any = None, state: str | None = None, **_: Any) -> None:
    TASKS.labels(task.name, (state or "unknown").lower()).inc()
    started = getattr(task.request, "measured_from", None)
    if started is not None:
        TASK_SECONDS.labels(task.name).observe(time.perf_counter() - started)
