"""Keeps PostgreSQL and Valkey for one test run, as a process of its own.

It prints one line of JSON with their addresses and lives until its standard input closes. That happens
however the test run ends, so neither Ctrl-C nor a kill leaves a server or a directory behind.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from demo.environment import end_properly_when_told
from demo.postgres import Postgres
from demo.valkey import Valkey


def main() -> None:
    """Start both servers in a new temporary directory, wait, stop them, remove the directory."""
    end_properly_when_told()
    directory = Path(tempfile.mkdtemp(prefix="portal-test-")).resolve()
    postgres = Postgres(directory / "postgres", directory / "postgres.log", durable=False)
    valkey = Valkey(directory / "valkey", directory / "valkey.log")
    try:
        postgres.ensure_running()
        valkey.ensure_running()
        addresses = {
            "directory": str(directory),
            "database_url": postgres.url("postgres"),
            "redis_urls": [valkey.url(number) for number in range(64)],
        }
        sys.stdout.write(json.dumps(addresses) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
