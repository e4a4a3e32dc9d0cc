"""The manifest: what a backup holds, so that a restore can prove that it brought everything back."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from cpor_portal.backup import BackupError
from cpor_portal.backup.archive import (
    DATABASE,
    DOCUMENTS,
    MANIFEST,
    MANIFEST_SUM,
    ArchiveReader,
    ArchiveWriter,
    Entry,
    measured,
)

FORMAT = 1


@dataclass(frozen=True)
class Damaged:
    """A document that the database knows and the storage could not give as it was uploaded."""

    document: int
    name: str
    why: str


@dataclass(frozen=True)
class Manifest:
    """Everything the archive holds. ``rows`` counts each table in the very moment of the dump.

    ``removed`` are files that a partner removed while the backup ran: in the archive, but in no row, so they are not
    restored. ``server`` and ``client`` are major versions of PostgreSQL.
    """

    portal: str
    made_at: datetime
    server: int
    client: int
    migrations: list[str]
    rows: dict[str, int]
    database: Entry
    documents: list[Entry]
    removed: list[Entry] = field(default_factory=list)
    damaged: list[Damaged] = field(default_factory=list)

    @property
    def total_rows(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())

    @property
    def members(self) -> dict[str, Entry]:
        """Every checked member of the archive by its name there."""
        files = {DOCUMENTS + entry.name: entry for entry in (*self.documents, *self.removed)}
        return {DATABASE: self.database, **files}


def write_manifest(archive: ArchiveWriter, manifest: Manifest) -> None:
    """Append the manifest and its own checksum: the last members."""
    values = asdict(manifest) | {"format": FORMAT, "made_at": manifest.made_at.isoformat()}
    entry = archive.add(MANIFEST, [json.dumps(values, indent=1).encode()])
    archive.add(MANIFEST_SUM, [f"{entry.sha256}  {MANIFEST}\n".encode()])


def read_manifest(archive: ArchiveReader) -> Manifest:
    """Read the manifest and check it against its own checksum. Raises BackupError when it is missing or damaged."""
    if not {MANIFEST, MANIFEST_SUM} <= archive.names:
        raise BackupError("The backup is incomplete: it has no manifest. Nothing was changed.")
    with archive.open(MANIFEST) as file, archive.open(MANIFEST_SUM) as told:
        text, wanted = file.read(), told.read(64).decode("ascii", "replace")
    if measured([text])[1] != wanted:
        raise BackupError("The backup is damaged: its manifest is not the one that was written. Nothing was changed.")
    values: dict[str, Any] = json.loads(text)
    if values.pop("format") != FORMAT:
        raise BackupError("This backup was made by a newer portal that writes another format. Nothing was changed.")
    files = {key: [_entry(each) for each in values[key]] for key in ("documents", "removed")}
    parts = {"made_at": datetime.fromisoformat(values["made_at"]), "database": Entry(**values["database"])}
    return Manifest(**values | files | parts | {"damaged": [Damaged(**each) for each in values["damaged"]]})


def verify(archive: ArchiveReader, manifest: Manifest) -> None:
    """Read every member and compare it with the manifest. Raises BackupError at the first that differs."""
    wanted = manifest.members
    unknown = archive.names - wanted.keys() - {MANIFEST, MANIFEST_SUM}
    if unknown:
        raise BackupError(f"The backup holds {min(unknown)}, which its manifest does not know. Nothing was changed.")
    for name, entry in wanted.items():
        found = archive.measure(name)
        if (found.size, found.sha256) != (entry.size, entry.sha256):
            raise BackupError(f"The backup is damaged: {name} is not what was written. Nothing was changed.")


def _entry(values: dict[str, Any]) -> Entry:
    entry = Entry(**values)
    path = PurePosixPath(entry.name)
    if path.is_absolute() or ".." in path.parts:
        raise BackupError(f"The backup names a file outside of the storage: {entry.name}. Nothing was changed.")
    return entry
