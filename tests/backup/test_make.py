"""The two commands for a laptop: `make backup` and `make restore`, as people type them."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from claims.models import Document
from cpor_portal.backup.archive import open_archive
from cpor_portal.backup.making import make_backup
from cpor_portal.backup.manifest import read_manifest
from demo.data_dir import REPOSITORY
from tests.backup.lives import under_review
from tests.factories import NOW
from tests.faults.portal_process import GIVEN

pytestmark = pytest.mark.skipif(
    not (REPOSITORY / ".venv" / ".installed").exists(), reason="make would install the portal first"
)


@pytest.fixture
def make():
    """Run a target with data of its own; returns the code it ended with and what it said."""
    with tempfile.TemporaryDirectory(prefix="portal-make-") as directory:  # short: a socket's path may not be long
        own = dict.fromkeys(GIVEN, "") | {
            "PORTAL_DATA_DIR": f"{directory}/data",
            "DJANGO_SETTINGS_MODULE": "cpor_portal.settings",
        }

        def run(*arguments: str) -> tuple[int, str]:
            done = subprocess.run(
                ["make", "--no-print-directory", *arguments],
                cwd=REPOSITORY, env=os.environ | own, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            )  # fmt: skip
            return done.returncode, done.stdout + done.stderr

        yield run


def manifest_of(path: Path):
    with open_archive(path) as archive:
        return read_manifest(archive)


def test_a_backup_comes_back_by_make_and_replaces_what_is_there_only_when_asked(transactional_db, make, tmp_path):
    under_review()
    document = Document.objects.get()
    first, second = tmp_path / "first one.tar", tmp_path / "second one.tar"
    made = make_backup(first, now=NOW, tell=str)
    default_storage.delete(document.file.name)
    connection.close()
    assert make("restore")[0] == 2
    assert make("restore", f"FROM={tmp_path / 'nowhere.tar'}")[0] != 0

    code, said = make("restore", f"FROM={first}")
    assert (code, "equal in number and checksum" in said) == (0, True), said
    assert make("backup", f"TO={second}")[0] == 0
    assert manifest_of(second).rows == made.rows
    assert [entry.sha256 for entry in manifest_of(second).documents] == [entry.sha256 for entry in made.documents]

    code, said = make("restore", f"FROM={second}")
    assert (code, "is not empty" in said) == (2, True), said
    assert make("restore", f"FROM={second}", "REPLACE=1")[0] == 0
