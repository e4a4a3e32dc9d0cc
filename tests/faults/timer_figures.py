"""Deadlines to the second, and denials against the sweep: ``python -m tests.faults.timer_figures`` prints the table.

Starts servers of its own in a temporary directory; takes some minutes. Loopback only. Ends with 1 when a promise is broken.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from demo.data_dir import REPOSITORY
from tests.support import servers


def main() -> int:
    """Start the servers, run each part, print the table; 1 when one of them is broken."""
    started = time.monotonic()
    with own_servers():
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from tests.faults.timing import every_part

        rows = list(every_part())
    lines = ["| test | tried | as promised | seconds |", "|---|---:|---:|---:|"]
    lines += [f"| {what} | {tried} | {right} | {seconds:.0f} |" for what, tried, right, seconds in rows]
    sys.stdout.write("\n".join([*lines, "", f"All in {time.monotonic() - started:.0f} s.", ""]))
    return 0 if all(tried == right for _, tried, right, _ in rows) else 1


@contextmanager
def own_servers() -> Iterator[None]:
    """PostgreSQL and Valkey as the tests have them, named in the environment."""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.support.keeper"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=REPOSITORY, start_new_session=True,
    )  # fmt: skip
    try:
        assert keeper.stdout is not None
        servers.name_servers(json.loads(keeper.stdout.readline()))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpor_portal.settings")
        yield
    finally:
        keeper.communicate()


if __name__ == "__main__":
    sys.exit(main())
