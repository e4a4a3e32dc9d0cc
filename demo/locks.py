"""File locks between processes. The kernel lets them go when their holder dies, so none is ever stale."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """One lock file, held shared or alone by this process. Forked children must not use it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self, *, alone: bool, wait: bool) -> bool:
        """Take the lock, ``alone`` or shared. Without ``wait``, return False when it is not free.

        A lock held shared may be asked for alone; when that fails, this process holds it no longer.
        """
        if self._handle is None:
            self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        mode = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
        try:
            fcntl.flock(self._handle, mode if wait else mode | fcntl.LOCK_NB)
        except BlockingIOError:
            self.leave()
            return False
        return True

    def leave(self) -> None:
        """Let go of the lock. Harmless when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock alone for the length of a ``with`` block, waiting for it first."""
        self.take(alone=True, wait=True)
        try:
            yield
        finally:
            self.leave()
