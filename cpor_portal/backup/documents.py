"""Documents on their way between storage and archive, by Django's storage API: a directory or an S3 bucket."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from django.core.files import File
from django.core.files.storage import Storage, default_storage

from claims.models import Document
from cpor_portal.backup import BackupError
from cpor_portal.backup.archive import DOCUMENTS, ArchiveReader, ArchiveWriter, Entry, chunks_of, measured
from cpor_portal.backup.manifest import Damaged
from cpor_portal.stored_files import stored_names

PAGE = 500
TELL_EVERY = 200
Tell = Callable[[str], None]


@dataclass
class Copied:
    """What was copied into the archive so far, by name in the storage, and what could not be."""

    entries: dict[str, Entry] = field(default_factory=dict)
    damaged: dict[str, Damaged] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)

    def knows(self, name: str) -> bool:
        """Whether the file was dealt with already: files never change once they are written."""
        return name in self.entries or name in self.damaged


@dataclass(frozen=True, slots=True)
class Row:
    """A document as the database knows it."""

    pk: int
    name: str
    size: int
    sha256: str


def document_rows() -> Iterator[Row]:
    """Every document of the database, a page at a time."""
    last = 0
    while page := list(Document.objects.filter(pk__gt=last).order_by("pk")[:PAGE]):
        for each in page:
            yield Row(each.pk, str(each.file.name), each.size, each.sha256)
        last = page[-1].pk


def copy_documents(archive: ArchiveWriter, copied: Copied, *, tell: Tell) -> bool:
    """Copy the files of all documents that are not copied yet; false when one was not found for the first time.

    A partner may have removed it meanwhile: the row goes first, then the file. When a later view of the database still
    has its row, the file is missing indeed; that, and other bytes than were uploaded, is noted as damage.
    """
    complete = True
    for row in document_rows():
        if copied.knows(row.name):
            continue
        try:
            with default_storage.open(row.name) as file:
                entry = archive.add(DOCUMENTS + row.name, chunks_of(file))
        except FileNotFoundError:
            if row.name in copied.missed:
                copied.damaged[row.name] = Damaged(row.pk, row.name, "the file is missing")
            copied.missed.add(row.name)
            complete = complete and row.name in copied.damaged
            continue
        copied.entries[row.name] = Entry(row.name, entry.size, entry.sha256)
        if entry.sha256 != row.sha256:
            copied.damaged[row.name] = Damaged(row.pk, row.name, "the file is not the one that was uploaded")
        if len(copied.entries) % TELL_EVERY == 0:
            tell(f"Documents: {len(copied.entries):,}")
    return complete


@dataclass(frozen=True)
class Placement:
    """What restoring the documents would do to the storage that is there."""

    missing: list[Entry]
    present: list[Entry]
    different: list[Entry]
    foreign: list[str]


def compare_storage(documents: list[Entry]) -> Placement:
    """Compare the storage with the documents of a backup; changes nothing."""
    wanted = {entry.name: entry for entry in documents}
    there = set(stored_names())
    missing = [entry for name, entry in wanted.items() if name not in there]
    found = [entry for name, entry in wanted.items() if name in there]
    different = [entry for entry in found if not is_intact(entry)]
    present = [entry for entry in found if entry not in different]
    return Placement(missing, present, different, sorted(there - wanted.keys()))


def is_intact(entry: Entry) -> bool:
    """Whether the storage gives the very bytes of a backed up document."""
    try:
        with default_storage.open(entry.name) as file:
            return measured(chunks_of(file)) == (entry.size, entry.sha256)
    except FileNotFoundError:
        return False


def store_documents(archive: ArchiveReader, entries: list[Entry], *, stored: list[str], tell: Tell) -> None:
    """Write files into the storage under their names; ``stored`` collects the names. Raises BackupError."""
    storage: Storage = default_storage
    for number, entry in enumerate(entries, start=1):
        with archive.open(DOCUMENTS + entry.name) as source:
            name = storage.save(entry.name, File(source, name=entry.name))
        stored.append(name)
        if name != entry.name:
            raise BackupError(
                f"The storage keeps {entry.name} under another name, {name}. Is something else writing to it?"
            )
        if number % TELL_EVERY == 0:
            tell(f"Documents: {number:,} of {len(entries):,}")


def store_beside(archive: ArchiveReader, entries: list[Entry], *, stored: list[str]) -> dict[str, str]:
    """Write files under names of their own, since other files have theirs still; ``stored`` collects these names.

    Returns the name under which each waits, for ``put_in_place``.
    """
    waiting = {}
    for entry in entries:
        with archive.open(DOCUMENTS + entry.name) as source:
            waiting[entry.name] = default_storage.save(f"{entry.name}.restored", File(source, name=entry.name))
        stored.append(waiting[entry.name])
    return waiting


def put_in_place(waiting: dict[str, str]) -> None:
    """Let the files that wait take the places of those that are there. Raises BackupError when the storage refuses."""
    for name, beside in waiting.items():
        default_storage.delete(name)
        with default_storage.open(beside) as file:
            given = default_storage.save(name, File(file, name=name))
        if given != name:
            raise BackupError(
                f"The database is restored, but {name} is stored as {given}. Is something else writing to the storage?"
            )
        default_storage.delete(beside)


def remove_files(names: list[str]) -> None:
    """Take files out of the storage again, as far as it lets us."""
    for name in names:
        with suppress(Exception):
            default_storage.delete(name)
