"""Processes of this machine: recognise one that an earlier run started, and end one for sure."""

import json
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

END_GENTLY = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


def running(pid: int, *, created: float | None = None) -> psutil.Process | None:
    """Return the process with this id, or None when it ended or the id now belongs to another process."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if created is not None and abs(process.create_time() - created) > 1:
            return None
    except psutil.NoSuchProcess:
        return None
    return process


def command_line(process: psutil.Process) -> list[str]:
    """Return the arguments a process was started with; empty when it ended or may not be looked at."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def end(process: psutil.Process, *, signals: tuple[tuple[signal.Signals, float], ...] = END_GENTLY) -> None:
    """Send each signal in turn and wait its seconds, until the process is gone."""
    for number, patience in signals:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        if _gone_within(process, patience):
            return


def _gone_within(process: psutil.Process, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while running(process.pid) is not None:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    with suppress(psutil.Error):  # a child of ours: take its exit code, so that nothing of it remains
        process.wait(0)
    return True


def remember(path: Path, processes: dict[str, int]) -> None:
    """Write down which processes run under which names, so that a later run can find them again."""
    rows = {}
    for name, pid in processes.items():
        with suppress(psutil.NoSuchProcess):
            rows[name] = {"pid": pid, "created": psutil.Process(pid).create_time()}
    path.write_text(json.dumps(rows))


def remembered(path: Path) -> dict[str, psutil.Process]:
    """Return those processes written down by ``remember`` that are still running."""
    try:
        rows = json.loads(path.read_text())
        found = {name: running(row["pid"], created=row["created"]) for name, row in rows.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {name: process for name, process in found.items() if process is not None}
