"""The portal's own processes under the demo: web, worker, beat, mail sink. Each logs to its own file."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from demo.data_dir import REPOSITORY, DataDir
from demo.ports import LOOPBACK

STOP_SECONDS = 8.0
MAIL_SINK = "mail sink"


class Child:
    """One Python process with a process group of its own, so that a Ctrl-C does not reach it by itself."""

    def __init__(self, name: str, log: Path, *arguments: str) -> None:
        self.name = name
        self.log = log
        self.arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it. The log of the run before is kept beside as `.old`."""
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.old"))
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self.arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=REPOSITORY, start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs or before it was started."""
        return None if self._process is None else self._process.poll()

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and its own children, also when only they are left."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the process alone: it ends its own children in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()


def stop_all(children: Iterable[Child]) -> None:
    """Ask all to stop at once, wait a few seconds, then kill what is left of them."""
    started = list(children)
    for child in started:
        child.ask_to_stop()
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until and any(child.pid for child in started):
        time.sleep(0.05)
    for child in started:
        child.signal_group(signal.SIGKILL)
    while any(child.pid for child in started):
        time.sleep(0.01)


def mail_sink(data: DataDir, port: int) -> Child:
    """The SMTP server that keeps every message as a file."""
    return Child(MAIL_SINK, data.logs / "mail.log", "demo.mail_sink", str(port), str(data.mailbox))


def web(data: DataDir, port: int) -> Child:
    """The web server, one process with several threads."""
    options = (
        "--worker-class",
        "gthread",
        "--threads",
        "8",
        "--graceful-timeout",
        "4",
        "--no-control-socket",
    )
    logs = ("--bind", f"{LOOPBACK}:{port}")
    return Child("web", data.logs / "web.log", "gunicorn", "cpor_portal.wsgi", *options, *logs)


def worker(data: DataDir) -> Child:
    """The Celery worker."""
    options = ("--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    return Child("worker", data.logs / "worker.log", "celery", "-A", "cpor_portal", "worker", *options)


def beat(data: DataDir) -> Child:
    """Celery's clock."""
    options = ("--loglevel", "INFO", "--schedule", str(data.run / "beat-schedule"))
    return Child("beat", data.logs / "beat.log", "celery", "-A", "cpor_portal", "beat", *options)
