"""What is no sound backup is refused before anything is written, and a backup that cannot be made leaves nothing."""

import json
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from claims.models import Document
from cpor_portal.backup import BackupError, making, programs, restoring
from cpor_portal.backup.archive import DATABASE, DOCUMENTS, MANIFEST, ArchiveWriter, Entry, open_archive
from cpor_portal.backup.making import count_rows, make_backup
from cpor_portal.backup.manifest import Manifest, read_manifest, verify, write_manifest
from cpor_portal.backup.programs import load
from cpor_portal.backup.restoring import restore_backup
from cpor_portal.stored_files import stored_names
from tests.backup.conftest import another_connection
from tests.factories import NOW, DocumentFactory

DAMAGED = r"damaged|incomplete|cut short|no backup|does not know"


def restore(backup: Path):
    return restore_backup(backup, replace=False, now=NOW, tell=str)


def altered(backup: Path, at: int, name: str) -> Path:
    """A copy of the file with one bit of one byte flipped."""
    content = bytearray(backup.read_bytes())
    content[at] ^= 1
    copy = backup.with_name(name)
    copy.write_bytes(content)
    return copy


def crafted(path: Path, *, files: dict[str, bytes], dump: bytes, **changes: object) -> Path:
    """An archive with sound checksums around whatever it holds."""
    with path.open("w+b") as file:
        archive = ArchiveWriter(file, now=NOW)
        documents = [replace(archive.add(DOCUMENTS + name, [content]), name=name) for name, content in files.items()]
        entry = archive.add(DATABASE, [dump])
        manifest = Manifest(
            portal="9.9", made_at=NOW, server=15, client=15, migrations=[], rows={}, database=entry, documents=documents
        )
        write_manifest(archive, replace(manifest, **changes))
        archive.finish()
    return path


def test_one_flipped_byte_anywhere_is_refused_before_anything_is_written(transactional_db, elsewhere, tmp_path):
    DocumentFactory()
    backup = tmp_path / "sound.tar"
    make_backup(backup, now=NOW, tell=str)
    with tarfile.open(backup) as tar:
        places = {member.name: member.offset_data + member.size // 2 for member in tar}
        headers = {f"header of {member.name}": member.offset + 3 for member in tar}
    content = backup.read_bytes()
    bad = [altered(backup, at, f"{number}.tar") for number, at in enumerate([*places.values(), *headers.values()])]
    for number, size in enumerate((0, 700, len(content) // 2, len(content) - 11_000)):
        bad.append(tmp_path / f"cut{number}.tar")
        bad[-1].write_bytes(content[: max(size, 0)])
    assert len(bad) == 12
    with elsewhere():
        for each in bad:
            with pytest.raises(BackupError, match=DAMAGED):
                restore(each)
        with pytest.raises(BackupError, match="There is no file"):
            restore(tmp_path / "nowhere.tar")
        assert count_rows() == {}
        assert list(stored_names()) == []
        assert restore(backup).differences == []


def test_a_backup_of_a_newer_portal_or_server_or_with_hostile_names_is_refused(transactional_db, elsewhere, tmp_path):
    file = {"poe/one": b"one"}
    newer = crafted(tmp_path / "a.tar", files=file, dump=b"", migrations=["claims.9999_later"])
    server = crafted(tmp_path / "b.tar", files=file, dump=b"", server=99)
    outside = crafted(tmp_path / "c.tar", files={"poe/../../outside": b"x"}, dump=b"")
    unknown = crafted(tmp_path / "d.tar", files=file, dump=b"", documents=[])
    missing = crafted(tmp_path / "e.tar", files={}, dump=b"", documents=[Entry("poe/two", 1, "0" * 64)])
    with elsewhere():
        for backup, sentence in (
            (newer, r"newer portal \(9.9\): claims.9999_later is unknown here"),
            (server, "comes from PostgreSQL 99, and this server is 18"),
            (outside, "outside of the storage"),
            (unknown, "which its manifest does not know"),
            (missing, "poe/two"),
        ):
            with pytest.raises(BackupError, match=sentence):
                restore(backup)
        assert list(stored_names()) == []


def test_a_dump_that_cannot_be_loaded_leaves_database_and_storage_as_they_were(transactional_db, elsewhere, tmp_path):
    DocumentFactory()
    make_backup(tmp_path / "sound.tar", now=NOW, tell=str)
    with open_archive(tmp_path / "sound.tar") as archive:
        manifest, dump = read_manifest(archive), archive.open(DATABASE).read()
        verify(archive, manifest)
    with elsewhere():
        for number, content in enumerate((b"no dump", dump[: len(dump) * 9 // 10])):
            broken = crafted(tmp_path / f"{number}.tar", files={"poe/one": b"one"}, dump=content)
            with pytest.raises(BackupError, match=r"could not be (read|restored)"):
                restore(broken)
            assert count_rows() == {}
            assert list(stored_names()) == []


def test_a_failed_replacement_leaves_the_files_that_differ_and_a_successful_one_replaces_them(
    transactional_db, elsewhere, tmp_path, monkeypatch
):
    DocumentFactory()
    name = Document.objects.get().file.name
    make_backup(tmp_path / "sound.tar", now=NOW, tell=str)
    with open_archive(tmp_path / "sound.tar") as archive:
        backed_up = archive.open(DOCUMENTS + name).read()
    broken = crafted(tmp_path / "broken.tar", files={name: b"another", "poe/one": b"one"}, dump=b"no dump")
    during = []

    def look(*arguments, **options):
        during.append(stored())
        load(*arguments, **options)

    def stored():
        return {each: default_storage.open(each).read() for each in stored_names()}

    monkeypatch.setattr(restoring, "load", look)
    with elsewhere():
        restore(tmp_path / "sound.tar")
        default_storage.delete(name)
        default_storage.save(name, ContentFile(b"newer than the backup"))
        default_storage.save("poe/foreign", ContentFile(b"newer as well"))
        rows, files = count_rows(), stored()
        with pytest.raises(BackupError, match=r"could not be (read|restored)"):
            restore_backup(broken, replace=True, now=NOW, tell=str)
        assert (count_rows(), stored()) == (rows, files)
        assert during[-1].items() > files.items()  # nothing is lost even when the program is killed there
        restored = restore_backup(tmp_path / "sound.tar", replace=True, now=NOW, tell=str)
        assert (restored.differences, stored()) == ([], {name: backed_up})
        assert during[-1].items() > files.items()


def test_missing_and_changed_files_stop_a_backup_unless_asked_to_go_on(transactional_db, tmp_path):
    missing, changed, sound = (DocumentFactory() for _ in range(3))
    default_storage.delete(missing.file.name)
    default_storage.delete(changed.file.name)
    default_storage.save(changed.file.name, ContentFile(b"other bytes"))
    with pytest.raises(CommandError, match=f"2 stored documents .*document {missing.pk}: the file is missing"):
        call_command("backup", str(tmp_path / "a.tar"))
    assert [path.name for path in tmp_path.iterdir()] == ["documents"]
    manifest = make_backup(tmp_path / "a.tar", now=NOW, tell=str, despite_damage=True)
    assert sorted(each.document for each in manifest.damaged) == [missing.pk, changed.pk]
    assert {each.name for each in manifest.documents} == {changed.file.name, sound.file.name}


def test_files_that_come_and_go_while_a_backup_is_made_leave_no_row_without_its_file(
    transactional_db, tmp_path, monkeypatch
):
    early, removed = DocumentFactory(), DocumentFactory()
    passes, late = [], []

    def remove(document):
        with another_connection() as other:
            other.execute("DELETE FROM claims_document WHERE id = %s", [document.pk])
        default_storage.delete(document.file.name)

    def copy(archive, copied, *, tell):
        passes.append(len(copied.entries))
        if len(passes) == 2:  # the first snapshot is taken: it has the row still
            remove(late[0])
        complete = real(archive, copied, tell=tell)
        if len(passes) == 1:
            remove(removed)
            late.append(DocumentFactory())
            late.append(DocumentFactory())
        return complete

    real = making.copy_documents
    monkeypatch.setattr(making, "copy_documents", copy)
    manifest = make_backup(tmp_path / "a.tar", now=NOW, tell=str)
    assert passes == [0, 2, 3]  # one file came; the other was gone, so the snapshot was taken anew
    assert [entry.name for entry in manifest.documents] == [early.file.name, late[1].file.name]
    assert [entry.name for entry in manifest.removed] == [removed.file.name]
    assert manifest.rows["claims_document"] == 2
    assert manifest.damaged == []


def test_programs_are_chosen_by_their_version_and_their_failure_is_told(transactional_db, tmp_path, monkeypatch):
    def install(major, script=""):
        place = tmp_path / str(major)
        place.mkdir()
        for name in programs.NEEDED:
            (place / name).write_text(
                f'#!/bin/sh\n[ "$1" = --version ] && echo "x (PostgreSQL) {major}.1" && exit\n{script}'
            )
            (place / name).chmod(0o755)
        return str(place)

    old, new, newer = install(15), install(98, "echo 'pg_dump: error: disk on fire' >&2; exit 3"), install(99)
    monkeypatch.setattr(programs, "USUAL_PLACES", ())
    monkeypatch.setenv("PATH", f"{old}:{newer}:{new}")
    assert programs.find_programs(at_least=18).major == 98
    with pytest.raises(BackupError, match="PostgreSQL 100 or newer are needed, and only 15, 98, 99 was found"):
        programs.find_programs(at_least=100)
    with pytest.raises(CommandError, match="could not be dumped: pg_dump: error: disk on fire"):
        call_command("backup", str(tmp_path / "a.tar"))
    assert not list(tmp_path.glob("*.tar*"))
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(CommandError, match="cannot be written to"):
        call_command("backup", str(tmp_path / "no" / "such" / "place.tar"))


def test_the_manifest_is_json_that_people_can_read_with_tar(transactional_db, tmp_path):
    DocumentFactory()
    make_backup(tmp_path / "a.tar", now=NOW, tell=str)
    with tarfile.open(tmp_path / "a.tar") as tar:
        manifest = json.load(tar.extractfile(MANIFEST))
    assert manifest["made_at"] == NOW.isoformat()
    assert "claims.0001_initial" in manifest["migrations"]
    assert manifest["rows"]["claims_document"] == 1
    assert len(manifest["documents"][0]["sha256"]) == 64
