"""Making a backup of a running portal.

Documents come first, then a snapshot of the database, then the few files that came meanwhile, then the dump of that
very snapshot. A file is stored before its row and never changed, so every row of the dump has its file in the archive.
The other way round a partner who removes a file while thousands are being copied would leave a row without one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from cpor_portal import VERSION
from cpor_portal.backup import BackupError
from cpor_portal.backup.archive import DATABASE, ArchiveWriter, Entry
from cpor_portal.backup.documents import Copied, Tell, copy_documents, document_rows
from cpor_portal.backup.manifest import Manifest, write_manifest
from cpor_portal.backup.programs import Programs, dump, find_programs, server_major

SNAPSHOTS = 5


def make_backup(target: Path, *, now: datetime, tell: Tell, despite_damage: bool = False) -> Manifest:
    """Write database and documents into one new file that only its owner can read, and return what is in it.

    The portal may be in use meanwhile. The file appears under its name when it is complete; when anything fails nothing
    is left. Raises BackupError with a sentence; also when documents are missing or damaged in the storage, unless
    ``despite_damage``: then the manifest names them.
    """
    programs = find_programs(at_least=server_major())
    copied = Copied()
    with _new_file(target) as file:
        archive = ArchiveWriter(file, now=now)
        copy_documents(archive, copied, tell=tell)
        with _snapshot_with_all_files(archive, copied, tell=tell) as snapshot:
            names = [row.name for row in document_rows()]
            _require_intact(copied, names, despite_damage=despite_damage)
            tell(f"Documents: {len(names):,}, {megabytes(archive.written)}")
            rows = count_rows()
            entry = archive.add(DATABASE, dump(programs, snapshot=snapshot))
            tell(f"Database: {sum(rows.values()):,} rows in {len(rows)} tables, {megabytes(entry.size)}")
            manifest = _describe(copied, names, rows=rows, database=entry, programs=programs, now=now)
        write_manifest(archive, manifest)
        archive.finish()
    return manifest


def count_rows() -> dict[str, int]:
    """How many rows each table has."""
    quote = connection.ops.quote_name
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {quote(table)}")  # noqa: S608 - a quoted name of our own table
            counts[table] = int(cursor.fetchone()[0])
    return counts


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / 1024 / 1024:,.1f} MB"


@contextmanager
def _snapshot_with_all_files(archive: ArchiveWriter, copied: Copied, *, tell: Tell) -> Iterator[str]:
    """A view of one moment of the database of which every document was copied; taken anew when one was removed meanwhile."""
    for _ in range(SNAPSHOTS):
        with _snapshot() as snapshot:
            if copy_documents(archive, copied, tell=tell):
                yield snapshot
                return
    raise BackupError(
        "Partners removed documents again and again while the backup was made. Try again at a quieter time."
    )


@contextmanager
def _snapshot() -> Iterator[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # pg_dump works while this waits
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _require_intact(copied: Copied, names: list[str], *, despite_damage: bool) -> None:
    found = [copied.damaged[name] for name in names if name in copied.damaged]
    if found and not despite_damage:
        listed = "; ".join(f"document {each.document}: {each.why}" for each in found[:5])
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise BackupError(
            f"{len(found)} stored documents are not what was uploaded ({listed}{more}). Bring the files back first, or use "
            "--despite-damage to back up the rest."
        )


def _describe(
    copied: Copied, names: list[str], *, rows: dict[str, int], database: Entry, programs: Programs, now: datetime
) -> Manifest:
    wanted = set(names)
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return Manifest(
        portal=VERSION,
        made_at=now,
        server=server_major(),
        client=programs.major,
        migrations=applied,
        rows=rows,
        database=database,
        documents=[entry for name, entry in copied.entries.items() if name in wanted],
        removed=[entry for name, entry in copied.entries.items() if name not in wanted],
        damaged=[each for name, each in copied.damaged.items() if name in wanted],
    )


@contextmanager
def _new_file(target: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when the block ends well, with mode 0600; nothing stays when it does not."""
    if target.exists():
        raise BackupError(f"{target} is there already. Name another file.")
    draft = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupError(f"{draft.parent} cannot be written to ({error.strerror}).") from error
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)
