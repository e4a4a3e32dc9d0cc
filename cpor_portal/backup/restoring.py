"""Restoring a backup: everything is checked before anything is touched, and proven afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from cpor_portal.backup import BackupError
from cpor_portal.backup.archive import DATABASE, ArchiveReader, open_archive
from cpor_portal.backup.documents import (
    Placement,
    Tell,
    compare_storage,
    is_intact,
    put_in_place,
    remove_files,
    store_beside,
    store_documents,
)
from cpor_portal.backup.making import count_rows
from cpor_portal.backup.manifest import Manifest, read_manifest, verify
from cpor_portal.backup.programs import find_programs, load, server_major
from cpor_portal.invariants.checking import Broken, check_invariants


@dataclass(frozen=True)
class Restored:
    """What came back. Nothing in ``differences`` and ``broken`` means that it is all there and sound."""

    manifest: Manifest
    migrated: int
    differences: list[str] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)


def restore_backup(source: Path, *, replace: bool, now: datetime, tell: Tell) -> Restored:
    """Bring a backup back: documents, then the database in one transaction, then newer migrations, then the proof.

    Refuses a database that has tables, and a storage that holds other documents; with ``replace`` both are replaced,
    unless other connections use the database. Every checksum is compared before anything is written. When the database
    cannot be loaded it stays as it was and so do its files; those that were written are removed again. Afterwards rows and files
    are compared with the manifest and the invariants are asked. Raises BackupError with a sentence.
    """
    with open_archive(source) as archive:
        manifest = read_manifest(archive)
        _require_known(manifest)
        _require_newer_server(manifest)
        programs = find_programs(at_least=max(server_major(), manifest.client))
        tell(f"Checking the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC, portal {manifest.portal}")
        verify(archive, manifest)
        _require_room(replace=replace)
        placement = compare_storage(manifest.documents)
        _require_place(placement, replace=replace)
        with _documents_in_place(archive, placement, tell=tell), archive.open(DATABASE) as dump:
            tell(f"Database: loading {manifest.total_rows:,} rows")
            load(programs, dump, replace=replace)
    remove_files(placement.foreign)
    differences = _differences(manifest)
    migrated = _migrate(tell=tell)
    ContentType.objects.clear_cache()
    tell("Checking the invariants")
    return Restored(manifest, migrated, differences, check_invariants(now=now, settled=True))


def _require_known(manifest: Manifest) -> None:
    loader = MigrationLoader(None)
    known = {*loader.disk_migrations, *(old for each in loader.disk_migrations.values() for old in each.replaces)}
    unknown = sorted(set(manifest.migrations) - {f"{app}.{name}" for app, name in known})
    if unknown:
        raise BackupError(
            f"This backup was made by a newer portal ({manifest.portal}): {unknown[0]} is unknown here. "
            "Install that version first. Nothing was changed."
        )


def _require_newer_server(manifest: Manifest) -> None:
    if server_major() < manifest.server:
        raise BackupError(
            f"This backup comes from PostgreSQL {manifest.server}, and this server is {server_major()}: "
            "restore it on the same or a newer one. Nothing was changed."
        )


def _require_room(*, replace: bool) -> None:
    """The database is empty, or may be replaced and nobody else is in it."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if tables and not replace:
            raise BackupError(
                f"The database {connection.settings_dict['NAME']} is not empty: it has {len(tables)} tables. Restore into an "
                "empty one, or replace what is there with --replace. Nothing was changed."
            )
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND coalesce(backend_type, 'client backend') = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if tables and others:
        raise BackupError(
            f"{others} other connections use the database {connection.settings_dict['NAME']}. Stop web, worker and beat "
            "first. Nothing was changed."
        )


def _require_place(placement: Placement, *, replace: bool) -> None:
    unwanted = [*placement.foreign, *(entry.name for entry in placement.different)]
    if unwanted and not replace:
        raise BackupError(
            f"The storage holds {len(unwanted)} documents that are not in the backup, such as {unwanted[0]}. Name an empty "
            "storage, or replace what is there with --replace. Nothing was changed."
        )


@contextmanager
def _documents_in_place(archive: ArchiveReader, placement: Placement, *, tell: Tell) -> Iterator[None]:
    """Store what the storage lacks, and beside each file that differs the one that follows it once the block succeeded.

    When the block fails all of that is taken out again; what was there before was not touched, whatever ends the program.
    """
    lacking = len(placement.missing) + len(placement.different)
    tell(f"Documents: storing {lacking:,}, {len(placement.present):,} are there already")
    stored: list[str] = []
    try:
        store_documents(archive, placement.missing, stored=stored, tell=tell)
        waiting = store_beside(archive, placement.different, stored=stored)
        yield
    except BaseException:
        remove_files(stored)
        raise
    put_in_place(waiting)


def _differences(manifest: Manifest) -> list[str]:
    """What is not as the manifest says, each in a sentence; nothing when all rows and files are back."""
    found = count_rows()
    tables = sorted(manifest.rows.keys() | found.keys())
    told = [
        f"Table {table} has {found.get(table, 0):,} rows instead of {manifest.rows.get(table, 0):,}."
        for table in tables
        if found.get(table) != manifest.rows.get(table)
    ]
    return told + [f"File {entry.name} is not as backed up." for entry in manifest.documents if not is_intact(entry)]


def _migrate(*, tell: Tell) -> int:
    """Apply the migrations that are newer than the backup; return how many."""
    loader = MigrationLoader(connection)
    newer = len(loader.graph.nodes.keys() - loader.applied_migrations.keys())
    if newer:
        tell(f"Bringing the tables up to date: {newer} migrations")
        call_command("migrate", interactive=False, verbosity=0)
    return newer
