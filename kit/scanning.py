"""Ask a ClamAV daemon whether a file holds malware, over its own protocol (INSTREAM, VERSION).

The two commands are spoken here: the client for Python that is kept up is under the GPL, which would bind the portal too.
Fails closed: an answer that is not plainly «OK» is no permission.
"""

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SECONDS = 30.0
_CHUNK = 64 * 1024
_MOST_ANSWER = 4096


class ScannerAway(Exception):
    """The scanner gave no plain answer, so nothing is known of the file."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A ClamAV daemon at ``tcp://host:port`` or ``unix:///path``. ``seconds`` is the longest that one question takes."""

    url: str
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        """Raises ValueError with a sentence when the address is not of one of the two forms."""
        parts = urlsplit(self.url)
        if not (parts.scheme == "tcp" and parts.hostname and parts.port) and not (
            parts.scheme == "unix" and parts.path and not parts.netloc
        ):
            raise ValueError(
                f"«{self.url}» is no address of a scanner. Write tcp://host:3310 or unix:///path/of/socket."
            )

    def malware_in(self, stream: BinaryIO) -> str:
        """The name of what was found, empty when nothing was. Reads the stream whole and leaves it at its start.

        Raises ScannerAway when the daemon is not there, too slow, or answers anything but «OK» or «FOUND».
        """
        stream.seek(0)
        with self._asked(b"zINSTREAM\0") as connection:
            while chunk := stream.read(_CHUNK):
                connection.send(struct.pack("!I", len(chunk)) + chunk)
            connection.send(struct.pack("!I", 0))
            answer = connection.answer()
        stream.seek(0)
        if answer == "stream: OK":
            return ""
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise ScannerAway(answer)

    def signatures_made_at(self) -> datetime | None:
        """When the newest signatures were made, by the daemon's clock; None when it has none. Raises ScannerAway."""
        with self._asked(b"zVERSION\0") as connection:
            answer = connection.answer()
        program, _, rest = answer.partition("/")
        if not program.startswith("ClamAV"):
            raise ScannerAway(answer)
        try:
            return datetime.strptime(rest.partition("/")[2].strip(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        except ValueError:
            return None

    @contextmanager
    def _asked(self, command: bytes) -> Iterator["_Connection"]:
        until = time.monotonic() + self.seconds
        try:
            with self._connect() as link:
                connection = _Connection(link, until)
                connection.send(command)
                yield connection
        except OSError as error:
            raise ScannerAway(str(error) or type(error).__name__) from error

    def _connect(self) -> socket.socket:
        parts = urlsplit(self.url)
        if parts.scheme == "tcp":
            return socket.create_connection((parts.hostname, parts.port), timeout=self.seconds)
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.settimeout(self.seconds)
            link.connect(parts.path)
        except OSError:
            link.close()
            raise
        return link


def checked_url(url: str) -> str:
    """The address of a scanner as it was given, or empty. Raises ImproperlyConfigured when it is none."""
    if url:
        try:
            Scanner(url)
        except ValueError as error:
            raise ImproperlyConfigured(f"CLAMD_URL: {error}") from error
    return url


def installed_scanner() -> Scanner | None:
    """The scanner that ``CLAMD_URL`` names; None when the installation has none."""
    return Scanner(settings.CLAMD_URL) if settings.CLAMD_URL else None


class _Connection:
    """One question to the daemon, which has to end by a moment of the monotonic clock."""

    def __init__(self, link: socket.socket, until: float) -> None:
        self._link = link
        self._until = until
        self._refused = False

    def send(self, data: bytes) -> None:
        """Send it. A daemon that stops reading has said why, so what it said is worth more than the broken pipe."""
        if self._refused:
            return
        self._hurry()
        try:
            self._link.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            self._refused = True

    def answer(self) -> str:
        """What the daemon says, up to its end."""
        said = bytearray()
        while not said.endswith(b"\0") and len(said) < _MOST_ANSWER:
            self._hurry()
            piece = self._link.recv(_MOST_ANSWER - len(said))
            if not piece:
                break
            said += piece
        return said.rstrip(b"\0\n").decode("utf-8", "replace")

    def _hurry(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        self._link.settimeout(left)
