"""Where the processes of one service put their figures together, when PROMETHEUS_MULTIPROC_DIR names a place.

Nothing here imports prometheus_client, which looks for the directory as soon as it is imported.
"""

import os
from pathlib import Path

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"


def make_directory() -> Path | None:
    """Make the directory if it is missing; None when none is named."""
    if not os.environ.get(DIRECTORY):
        return None
    directory = Path(os.environ[DIRECTORY])
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def empty_directory() -> None:
    """Delete what processes of an earlier start have left there. The first process of a service calls it, before others."""
    directory = make_directory()
    for left in directory.glob("*.db") if directory else ():
        left.unlink(missing_ok=True)
