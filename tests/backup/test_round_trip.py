"""A backup comes back whole, into an empty place or in place of what is there."""

import re
import stat
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from claims.models import Claim, ClaimEvent, Document
from cpor_portal.backup import restoring
from cpor_portal.backup.making import make_backup
from cpor_portal.invariants.checking import check_invariants
from cpor_portal.stored_files import stored_names
from tests.backup.conftest import another_connection
from tests.backup.lives import under_review
from tests.factories import NOW, ClaimFactory
from tests.support.everything import every_row


def run(*arguments, **options):
    said = StringIO()
    call_command(*arguments, stdout=said, stderr=said, **options)
    return said.getvalue()


def every_file():
    files = {}
    for name in stored_names():
        with default_storage.open(name) as file:
            files[name] = file.read()
    return files


def test_everything_comes_back_into_an_empty_place_and_only_an_empty_one(lives, elsewhere, tmp_path):
    place = tmp_path / "backups"
    place.mkdir()
    said = run("backup", str(place))
    (backup,) = place.iterdir()
    assert re.fullmatch(r"portal-\d{8}-\d{6}\.tar", backup.name)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert f"{Document.objects.count()} documents" in said
    with pytest.raises(CommandError, match="is there already"):
        run("backup", str(backup))
    rows, files = every_row(), every_file()
    assert len(files) == Document.objects.count() > 8

    with elsewhere():
        assert "equal in number and checksum" in run("restore", str(backup))
        assert every_row() == rows
        assert every_file() == files
        assert check_invariants(now=NOW, settled=True, checksums=True) == []
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            ClaimEvent.objects.update(actor_name="somebody")
        later = ClaimFactory()  # counters go on where they were
        assert later.pk > max(row["id"] for row in Claim.objects.exclude(pk=later.pk).values("id"))

        with pytest.raises(CommandError, match=r"not empty: it has \d+ tables"):
            run("restore", str(backup))
        foreign = default_storage.save("poe/foreign", ContentFile(b"of another time"))
        changed = Document.objects.first().file.name
        default_storage.delete(changed)
        default_storage.save(changed, ContentFile(b"changed"))
        with another_connection(), pytest.raises(CommandError, match="1 other connections use the database"):
            run("restore", str(backup), replace=True, interactive=False)
        assert Claim.objects.filter(pk=later.pk).exists()
        run("restore", str(backup), replace=True, interactive=False)
        assert every_row() == rows
        assert every_file() == files
        assert not default_storage.exists(foreign)


def test_a_bucket_is_backed_up_and_restored_as_well(s3_endpoint, transactional_db, elsewhere, tmp_path, settings):
    under_review()
    under_review()
    files = every_file()
    manifest = make_backup(tmp_path / "bucket.tar", now=NOW, tell=str)
    assert len(manifest.documents) == len(files)
    for name in files:
        default_storage.delete(name)
    default_storage.save("poe/foreign", ContentFile(b"of somebody else"))
    with elsewhere(storages={**settings.STORAGES, "default": s3_endpoint.storage()}):
        with pytest.raises(CommandError, match="holds 1 documents that are not in the backup, such as poe/foreign"):
            run("restore", str(tmp_path / "bucket.tar"))
        default_storage.delete("poe/foreign")
        run("restore", str(tmp_path / "bucket.tar"))
        assert every_file() == files
    for name in files:
        default_storage.delete(name)


def test_a_backup_of_an_older_portal_is_migrated_after_it_was_compared(
    transactional_db, elsewhere, tmp_path, monkeypatch
):
    under_review()
    called = []
    monkeypatch.setattr(restoring, "call_command", lambda *names, **options: called.append(names))
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'claims' AND name = '0002_guards_and_reasons' RETURNING *"
        )
        row = cursor.fetchone()
        try:
            make_backup(tmp_path / "old.tar", now=NOW, tell=str)
        finally:
            cursor.execute("INSERT INTO django_migrations VALUES (%s, %s, %s, %s)", row)
    with elsewhere():
        said = run("restore", str(tmp_path / "old.tar"))
    assert called == [("migrate",)]
    assert "Bringing the tables up to date: 1 migrations" in said
