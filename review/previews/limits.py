"""What a preview may cost at most. The child process sets its own limits before it reads a byte of the document."""

import contextlib
import ctypes
import os
import resource
import signal
import sys

VERSION = 2  # part of the key of kept previews: raise it when the renderer draws differently
SECONDS = 10
MEMORY = 512 * 1024 * 1024
MAX_OUTPUT = 2 * 1024 * 1024
MAX_IMAGE = 1024 * 1024
MAX_SIDE = 1600
MAX_PIXELS = 64_000_000
MAX_PAGE = 100_000
MAX_TEXT = 20_000
MAX_BLOCKS = 200
MAX_BLOCK_TEXT = 60_000
MAX_ROWS = 200
MAX_COLUMNS = 30
MAX_CELL = 300
MAX_TABLE_TEXT = 200_000
MAX_PART = 48 * 1024 * 1024
MAX_UNPACKED = 160 * 1024 * 1024
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


def limit_this_process() -> None:
    """Bound memory, time, files and processes of this process, for good; side effect on the process only.

    Memory 512 MB, 10 seconds, no file may be written, no other process started, no core dump. Where the system does
    not know a limit (macOS bounds no memory) the others still hold. Others come first: the priority is low.
    """
    os.nice(10)
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_DATA", MEMORY)
    _limit("RLIMIT_CPU", SECONDS, SECONDS + 1)  # the first ends with a signal of its own
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_NOFILE", 64)
    _limit("RLIMIT_NPROC", 0)
    # Should the parent be gone, nobody else ends this process: the alarm does, without a word of Python.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS + 2)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            system = ctypes.CDLL(None)
            system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            system.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _limit(name: str, soft: int, hard: int | None = None) -> None:
    kind = getattr(resource, name, None)
    if kind is None:
        return
    hard = soft if hard is None else hard
    _, allowed = resource.getrlimit(kind)
    if allowed != resource.RLIM_INFINITY:
        soft, hard = min(soft, allowed), min(hard, allowed)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (soft, hard))
