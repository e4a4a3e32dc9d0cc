"""Pytest plugin: one PostgreSQL and one Valkey for the whole run, named before Django reads its settings.

pytest-django reads the settings before any conftest.py is imported; hence a plugin (`-p` in pyproject.toml).
The first process starts the servers, the workers of a parallel run inherit them. Each worker has a database,
a Valkey database and a data directory of its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from demo.data_dir import REPOSITORY

INHERITED = "PORTAL_TEST_SERVERS"
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
NOBODY_LISTENS = "smtp://127.0.0.1:9"

_keepers: list[subprocess.Popen[str]] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Fill the environment before pytest-django looks at it."""
    if INHERITED not in os.environ:
        os.environ[INHERITED] = _start()
    name_servers(json.loads(os.environ[INHERITED]))
    yield


def pytest_unconfigure() -> None:
    """Let the servers go. Should this not be reached, they notice the end of this process."""
    while _keepers:
        keeper = _keepers.pop()
        keeper.communicate()
        os.environ.pop(INHERITED, None)


def _start() -> str:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.support.keeper"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY, start_new_session=True,
    )  # fmt: skip
    _keepers.append(keeper)
    assert keeper.stdout is not None
    addresses = keeper.stdout.readline()
    if not addresses:
        pytest.exit("The test servers did not start; the lines above say why.", returncode=3)
    return addresses


def name_servers(servers: dict[str, str]) -> None:
    """Name the servers and everything else that the settings ask for in the environment of this process."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    number = int(worker.removeprefix("gw")) % len(servers["redis_urls"])
    data = Path(servers["directory"]) / f"data-{worker}"
    (data / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise complains without it
    os.environ.update(
        DATABASE_URL=servers["database_url"],
        REDIS_URL=servers["redis_urls"][number],
        EMAIL_URL=NOBODY_LISTENS,
        SECRET_KEY="a key for tests only, of fifty characters or some more",
        SECOND_LOOK_PERCENT="0",  # chance would make counts of queries differ from run to run
        PORTAL_URL="http://127.0.0.1:8000",
        PORTAL_DATA_DIR=str(data),
        PORTAL_DEMO="1",
        STATIC_STORAGE=PLAIN_STATIC,
        LOG_LEVEL="WARNING",
    )
    for name in ("DEBUG", "ALLOWED_HOSTS", "S3_BUCKET", "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name, None)
