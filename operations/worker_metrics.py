"""A worker's own door for Prometheus: tasks are counted where they run, and a worker serves no pages."""

import logging
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from prometheus_client import generate_latest

from operations.metrics import CONTENT_TYPE, counted_here
from operations.views import is_the_token

logger = logging.getLogger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    """One that hangs is let go; nothing is logged, as each line would hold an address."""

    timeout = 5

    def log_message(self, *_: Any) -> None:
        pass


def offer_metrics() -> WSGIServer | None:
    """Serve what tasks counted on WORKER_METRICS_PORT, guarded by METRICS_TOKEN, in a thread of this process.

    Returns None when no port or no token is set. A port that is taken is logged, and keeps no worker from its work.
    """
    if not (settings.WORKER_METRICS_PORT and settings.METRICS_TOKEN):
        return None
    try:
        server = make_server("", settings.WORKER_METRICS_PORT, _answer, server_class=_Server, handler_class=_Silent)
    except OSError as error:
        logger.error("figures are not offered on port %s: %s", settings.WORKER_METRICS_PORT, error)
        return None
    threading.Thread(target=server.serve_forever, name="worker metrics", daemon=True).start()
    return server


def _answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    status, body = HTTPStatus.OK, b""
    if environ["PATH_INFO"] != "/metrics" or environ["REQUEST_METHOD"] != "GET":
        status = HTTPStatus.NOT_FOUND
    elif not is_the_token(environ.get("HTTP_AUTHORIZATION", "")):
        status = HTTPStatus.UNAUTHORIZED
    else:
        body = generate_latest(counted_here())
    start(f"{status.value} {status.phrase}", [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body)))])
    return [body]
