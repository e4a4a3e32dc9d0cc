"""Processes that tests start: wait for them, look at what they left, run a Celery worker."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psutil
from django.conf import settings
from django.db import connection

from demo.data_dir import REPOSITORY
from demo.processes import command_line


def wait_until(condition: Callable[[], object], *, seconds: float = 30, what: str = "the condition") -> None:
    """Return as soon as the condition holds; fail after ``seconds``."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not come within {seconds} seconds")
        time.sleep(0.05)


def answers(url: str) -> int:
    """Return the HTTP status an address answers with, 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def processes_mentioning(text: str) -> list[psutil.Process]:
    """Return the processes with this text, such as a data directory, in arguments, environment or working directory.

    The last finds Valkey, which writes its title over the first two.
    """
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            if any(text in place for place in (*command_line(process), str(process.environ()), process.cwd())):
                found.append(process)
    return found


def database_url_of_tests() -> str:
    """Return the DATABASE_URL of this test process's own database, for processes started by a test."""
    database = connection.settings_dict
    return f"postgresql://{database['USER']}@/{quote(database['HOST'])}/{database['NAME']}"


@contextmanager
def celery_worker(log: Path, *, children: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Celery worker on the test database and Valkey for the length of a ``with`` block.

    It serves every queue, in one process or with that many children.
    """
    options = settings.MAILERS["default"].get("OPTIONS", {})
    environment = {
        **os.environ,
        "DATABASE_URL": database_url_of_tests(),
        "EMAIL_URL": f"smtp://{options.get('host', '127.0.0.1')}:{options.get('port', 9)}",
    }
    pool = ("--concurrency", str(children)) if children else ("--pool", "solo")
    arguments = ("-A", "cpor_portal", "worker", *pool, "--loglevel", "INFO", "--without-mingle")
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", *arguments],
            stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd=REPOSITORY, env=environment,
        )  # fmt: skip
    try:
        wait_until(lambda: " ready." in log.read_text() or worker.poll() is not None, seconds=90, what="the worker")
        assert worker.poll() is None, log.read_text()
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(10)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
