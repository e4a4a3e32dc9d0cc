"""What previews cost the web process, as ratios: ``python -m benchmarks.previews``. About a minute, loopback only.

A small web server answers ``/healthz`` in this process, first alone, then while two hostile documents are rendered all
the time. No database and no broker is used.
"""

# ruff: noqa: T201 - it prints, and the environment comes before Django

import os
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "cpor_portal.settings",
    "SECRET_KEY": "only-for-this-benchmark",
    "DATABASE_URL": "postgresql://portal@127.0.0.1:9/portal",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "LOG_LEVEL": "ERROR",
}

import psutil
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from review.previews.checking import preview_from
from review.previews.results import Preview
from review.previews.running import child_command, run_child
from tests.review.previews import samples

REQUESTS = 300


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, format: str, *args: object) -> None:
        return None


def render(data: bytes, kind: str, page: int = 1) -> Preview:
    """One page through the real child process."""
    with tempfile.TemporaryFile() as document:
        document.write(data)
        document.seek(0)
        return preview_from(run_child(child_command(kind, page), document=document))


def seconds_of(work: Callable[[], object], times: int = 3) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def answer_times(address: str) -> tuple[float, float]:
    """Median and 95th percentile of answers to a cheap request, in milliseconds."""
    taken = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own server on loopback
            answer.read()
        taken.append((time.perf_counter() - started) * 1000)
        time.sleep(0.01)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def main() -> None:
    """Measure and print."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/healthz"
    bombs = [
        ("png", samples.picture("PNG", size=(7_900, 8_000))),
        ("docx", samples.zipped({"word/document.xml": b"<a>" + b" " * (40 * 1024 * 1024)})),
        ("pdf", samples.endless_pdf()),
    ]
    for kind, data in bombs:
        render(data, kind)
    answer_times(address)
    alone = answer_times(address)
    before = psutil.Process().memory_info().rss
    stop = threading.Event()

    def keep_rendering(first: int) -> None:
        turn = first
        while not stop.is_set():
            kind, data = bombs[turn % len(bombs)]
            render(data, kind)
            turn += 1

    workers = [threading.Thread(target=keep_rendering, args=(first,)) for first in (0, 2)]
    for worker in workers:
        worker.start()
    time.sleep(1)
    beside = answer_times(address)
    stop.set()
    for worker in workers:
        worker.join()
    grown = (psutil.Process().memory_info().rss - before) / 1024 / 1024
    print(
        f"cheap request, median: alone {alone[0]:.2f} ms, beside two bombs {beside[0]:.2f} ms, ratio {beside[0] / alone[0]:.2f}"
    )
    print(
        f"cheap request, p95:    alone {alone[1]:.2f} ms, beside two bombs {beside[1]:.2f} ms, ratio {beside[1] / alone[1]:.2f}"
    )
    print(f"memory of this process grew by {grown:.1f} MB")
    short, long = samples.pdf(), samples.pdf(pages=5_000)
    one, many = seconds_of(lambda: render(short, "pdf")), seconds_of(lambda: render(long, "pdf", 4_999))
    print(f"page 4,999 of 5,000 takes {many:.2f} s, a single page {one:.2f} s, ratio {many / one:.2f}")
    server.shutdown()


if __name__ == "__main__":
    main()
