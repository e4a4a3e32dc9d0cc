"""Run a child process within bounds of time and output; whatever it does, the caller gets a plain result."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO

from review.previews.limits import MAX_OUTPUT, SECONDS

_ROOT = Path(__file__).resolve().parent.parent.parent
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its output, and whether the parent had to end it."""

    output: bytes = b""
    timed_out: bool = False
    flooded: bool = False
    code: int = 0


def child_command(kind: str, page: int) -> list[str]:
    """The command that renders one page: this interpreter, without the user's own start-up files."""
    return [sys.executable, "-s", "-B", "-m", "review.previews.child", kind, str(page)]


def run_child(
    command: Sequence[str], *, document: IO[bytes], seconds: float = SECONDS, most: int = MAX_OUTPUT
) -> Ended:
    """Run ``command`` with the document as its standard input and return what it wrote.

    The child gets no environment but what Python needs, so no secret of the portal. After ``seconds``, or beyond
    ``most`` bytes, it is killed with everything it started. Nothing is left running; no exception comes from what
    the child does. OSError when it cannot be started at all.
    """
    until = time.monotonic() + seconds
    with subprocess.Popen(  # noqa: S603 - the command is ours, the document is only its input
        command,
        stdin=document,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env=_environment(),
        start_new_session=True,
        close_fds=True,
    ) as child:
        try:
            output, timed_out = _read(child, until=until, most=most)
            flooded = len(output) > most
            if not (timed_out or flooded):
                try:
                    child.wait(timeout=max(0.05, until - time.monotonic()))
                except subprocess.TimeoutExpired:
                    timed_out = True
        finally:
            _kill_all_of(child)
    return Ended(b"" if flooded else output, timed_out, flooded, child.returncode)


def _environment() -> dict[str, str]:
    """One malloc arena keeps the address space small; nothing else is handed on but where programs are."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"}


def _read(child: subprocess.Popen[bytes], *, until: float, most: int) -> tuple[bytes, bool]:
    """The output up to its end, one byte beyond ``most`` at the utmost; and whether time ran out."""
    assert child.stdout is not None  # noqa: S101 - Popen was asked for a pipe
    output = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(child.stdout, selectors.EVENT_READ)
        while (left := until - time.monotonic()) > 0:
            if not waiting.select(left):
                continue
            piece = os.read(child.stdout.fileno(), min(_CHUNK, most + 1 - len(output)))
            output += piece
            if not piece or len(output) > most:
                return bytes(output), False
    return bytes(output), True


def _kill_all_of(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started; it leads a process group of its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


class Turns:
    """How many renderings one web process has at a time: some run, some wait a little, the others are sent away."""

    def __init__(self, *, running: int, waiting: int, patience: float) -> None:
        self._running = BoundedSemaphore(running)
        self._present = BoundedSemaphore(running + waiting)
        self._patience = patience

    @contextmanager
    def take(self) -> Iterator[bool]:
        """Whether it is one's turn, after waiting for it at most a few seconds."""
        if not self._present.acquire(blocking=False):
            yield False
            return
        try:
            mine = self._running.acquire(timeout=self._patience)
            try:
                yield mine
            finally:
                if mine:
                    self._running.release()
        finally:
            self._present.release()
