"""What the scripts about mail share: workers as production starts them, sweeps as beat asks for them, rows of the table."""

# ruff: noqa: T201 - it prints

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from demo.data_dir import REPOSITORY

MOST_SECONDS = 900
rows: list[str] = []
broken: list[str] = []
_WORKER = re.compile(r'^ +command: (\["celery", .*"worker".*\])$', re.MULTILINE)


def production_workers() -> list[list[str]]:
    """The commands by which docker-compose.yml starts workers of Celery."""
    return [json.loads(found) for found in _WORKER.findall((REPOSITORY / "docker-compose.yml").read_text())]


@contextmanager
def workers(directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The workers of production in one group of processes; ready within the block, gone after it."""
    with running_workers(production_workers(), log=directory / "worker.log") as group:
        yield group


@contextmanager
def running_workers(commands: list[list[str]], *, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The same of any commands that start Celery workers; what they say goes to ``log``."""
    quiet = ["--without-mingle", "--without-gossip"]
    started = [shlex.join([sys.executable, "-m", *command, *quiet]) + " &" for command in commands]
    with log.open("wb") as output:
        group = subprocess.Popen(
            ["/bin/sh", "-c", " ".join([*started, "wait"])], stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            cwd=REPOSITORY, env={**os.environ, "LOG_LEVEL": "INFO"}, start_new_session=True,
        )  # fmt: skip
    try:
        settled(
            lambda: log.read_text().count(" ready") >= len(commands) or group.poll() is not None, what="the workers"
        )
        yield group
    finally:
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(group.pid, signal.SIGTERM)
            group.wait(60)
        with suppress(ProcessLookupError):
            os.killpg(group.pid, signal.SIGKILL)
        group.wait()


class _Beat:
    """When the last sweep was asked for."""

    at = 0.0


def sweep() -> None:
    """What beat does every minute."""
    from notifications.tasks import send_queued_mail, tell_fates

    _Beat.at = time.monotonic()
    send_queued_mail.delay()
    tell_fates.delay()


def sweep_now_and_then() -> None:
    """Sweep every two seconds, so that leases that ran out are taken up without waiting for the minute."""
    if time.monotonic() - _Beat.at > 2:
        sweep()


def settled(condition: Callable[[], object], *, what: str, seconds: float = 180) -> None:
    """Wait for something, sweeping as beat does, or give up."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            sys.exit(f"{what} did not come within {seconds:.0f} seconds")
        time.sleep(0.1)
        if what != "the workers":
            sweep_now_and_then()


def taken(log: Path) -> list[dict[str, Any]]:
    """What the mail server took so far."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]


def verdict(fault: str, happened: str, kept: bool) -> None:
    """Note a row of the table, and whether the promise was kept."""
    rows.append(f"| {fault} | {happened} |")
    print(rows[-1], flush=True)
    if not kept:
        broken.append(fault)
