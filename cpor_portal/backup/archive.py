"""The archive: a tar file written from streams and checked byte by byte; never a whole file in memory."""

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO

from cpor_portal.backup import BackupError

CHUNK = 1024 * 1024
DATABASE = "database.dump"
DOCUMENTS = "documents/"
MANIFEST = "manifest.json"
MANIFEST_SUM = "manifest.sha256"


@dataclass(frozen=True, slots=True)
class Entry:
    """One member: its name in the archive, or in the storage where documents are meant, with size and SHA-256."""

    name: str
    size: int
    sha256: str


class ArchiveWriter:
    """Appends members whose size is known only once they were read: each header is written again afterwards."""

    def __init__(self, file: BinaryIO, *, now: datetime) -> None:
        self._file = file
        self._made = int(now.timestamp())

    @property
    def written(self) -> int:
        """Bytes so far."""
        return self._file.tell()

    def add(self, name: str, chunks: Iterable[bytes]) -> Entry:
        """Append one member. When its source fails, what was written of it is taken back and the error goes on."""
        start = self._file.tell()
        digest, size = hashlib.sha256(), 0
        try:
            self._file.write(self._header(name, 0))
            for chunk in chunks:
                digest.update(chunk)
                size += self._file.write(chunk)
            self._file.write(bytes(-size % tarfile.BLOCKSIZE))
        except BaseException:
            self._file.seek(start)
            self._file.truncate()
            raise
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(self._header(name, size))
        self._file.seek(end)
        return Entry(name, size, digest.hexdigest())

    def finish(self) -> None:
        """Write the end of the archive."""
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))

    def _header(self, name: str, size: int) -> bytes:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, self._made
        return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict")


class ArchiveReader:
    """Members of a finished archive by name."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._members = {member.name: member for member in tar.getmembers() if member.isreg()}

    @property
    def names(self) -> frozenset[str]:
        """All members."""
        return frozenset(self._members)

    def open(self, name: str) -> IO[bytes]:
        """Open one member for reading. Raises BackupError when it is not there."""
        member = self._members.get(name)
        file = self._tar.extractfile(member) if member is not None else None
        if file is None:
            raise BackupError(f"The backup is incomplete: {name} is missing. Nothing was changed.")
        return file

    def measure(self, name: str) -> Entry:
        """Read one member through and say its size and SHA-256."""
        with self.open(name) as file:
            return Entry(name, *measured(chunks_of(file)))


@contextmanager
def open_archive(path: Path) -> Iterator[ArchiveReader]:
    """Open a backup for reading. Raises BackupError when it is none, or cut short."""
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115 - closed below
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {path}.") from error
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{path} is no backup of the portal, or it is damaged. Nothing was changed.") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from error
    with tar:
        try:
            reader = ArchiveReader(tar)
        except (tarfile.TarError, EOFError, OSError) as error:
            raise BackupError(f"{path} is damaged or cut short. Nothing was changed.") from error
        yield reader


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of a file in pieces of at most one megabyte."""
    while chunk := file.read(CHUNK):
        yield chunk


def measured(chunks: Iterable[bytes]) -> tuple[int, str]:
    """Size and SHA-256 of a stream."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()
