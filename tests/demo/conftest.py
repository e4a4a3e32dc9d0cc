"""A bare environment for commands that tests start, and a data directory that leaves nothing behind."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.data_dir import REPOSITORY, DataDir
from demo.processes import end
from tests.support.processes import processes_mentioning

GIVEN_BY_THE_TEST_RUN = (
    "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PORTAL_URL", "SECRET_KEY", "STATIC_STORAGE", "PORTAL_DEMO", "PORT",
    "DJANGO_SETTINGS_MODULE", "PORTAL_TEST_SERVERS",
)  # fmt: skip
Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data_dir() -> Iterator[DataDir]:
    """A data directory of its own; what still runs on it afterwards is ended."""
    root = Path(tempfile.mkdtemp(prefix="portal-demo-test-")).resolve()
    yield DataDir(root)
    for process in processes_mentioning(str(root)):
        end(process)
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def bare_environment(data_dir: DataDir) -> dict[str, str]:
    """The environment of a person who has set nothing but the data directory."""
    bare = {name: value for name, value in os.environ.items() if name not in GIVEN_BY_THE_TEST_RUN}
    return {**bare, "PORTAL_DATA_DIR": str(data_dir.root)}


@pytest.fixture
def manage(bare_environment: dict[str, str]) -> Manage:
    """Run `manage.py` as that person does, with variables of its own if need be."""

    def run(
        *arguments: str, directory: Path = REPOSITORY, options: tuple[str, ...] = (), **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *options, "manage.py", *arguments],
            cwd=directory, env={**bare_environment, **variables}, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip

    return run
