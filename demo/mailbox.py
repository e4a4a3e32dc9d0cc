"""Read the mail that the sink kept: one file per message, in the Maildir of the data directory."""

import email
import email.header
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default as modern
from functools import cached_property
from pathlib import Path

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._,=:\\-]*")
_ROOMS = ("new", "cur")


@dataclass(frozen=True)
class Letter:
    """One kept message. Nothing in it may be trusted: whoever can reach the sink wrote it."""

    key: str
    path: Path
    received: datetime

    def header(self, name: str) -> str:
        """Return a header's text on one line, empty when it is missing or cannot be read."""
        values = []
        for raw in self._headers.get_all(name, []):
            with suppress(Exception):  # the parser raises whatever a hostile header provokes
                values.append(" ".join(str(raw).split()))
        return ", ".join(values)

    @property
    def sender(self) -> str:
        return self.header("From")

    @property
    def to(self) -> str:
        return self.header("To")

    @property
    def cc(self) -> str:
        return self.header("Cc")

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def delivered_to(self) -> str:
        """The addresses the message was really sent to, hidden copies included."""
        return self.header("Delivered-To")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers worth reading, those that are there."""
        names = ("From", "To", "Cc", "Reply-To", "Date", "Message-ID", "Delivered-To")
        return [(name, self.header(name)) for name in names if self.header(name)]

    @property
    def text(self) -> str:
        """The plain text part, empty when there is none."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part as it came, empty when there is none."""
        return self._part("html")

    @property
    def attachments(self) -> list[str]:
        """The file names of what is attached."""
        return [part.get_filename() or part.get_content_type() for part in self._message.iter_attachments()]

    def is_for(self, recipient: str) -> bool:
        """Whether this piece of an address is among its recipients."""
        everyone = f"{self.to} {self.cc} {self.delivered_to}"
        return recipient.casefold() in everyone.casefold()

    @cached_property
    def _headers(self) -> EmailMessage:
        with self.path.open("rb") as file:
            return BytesHeaderParser(policy=modern).parse(file)

    @cached_property
    def _message(self) -> EmailMessage:
        return email.message_from_bytes(self.path.read_bytes(), policy=modern)

    def _part(self, kind: str) -> str:
        part = self._message.get_body((kind,))
        if part is None:
            return ""
        try:
            return str(part.get_content()).replace("\r\n", "\n")
        except (
            LookupError,
            UnicodeError,
            ValueError,
        ):  # a character set that does not exist, or does not fit
            payload = part.get_payload(decode=True)
            return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def letters(directory: Path, *, recipient: str = "") -> list[Letter]:
    """Return the kept messages, newest first; with ``recipient`` only those to addresses containing it."""
    found = sorted(_all_letters(directory), key=lambda letter: (letter.received, letter.key), reverse=True)
    return [letter for letter in found if letter.is_for(recipient)] if recipient else found


def find_letter(directory: Path, key: str) -> Letter | None:
    """Return the message with this key, or None."""
    if not _KEY.fullmatch(key):
        return None
    return next((letter for room in _ROOMS if (letter := _letter(directory / room / key)) is not None), None)


def delete_all(directory: Path) -> int:
    """Delete every kept message; return how many."""
    found = list(_all_letters(directory))
    for letter in found:
        letter.path.unlink(missing_ok=True)
    return len(found)


def _all_letters(directory: Path) -> Iterator[Letter]:
    for room in _ROOMS:
        if (directory / room).is_dir():
            for path in (directory / room).iterdir():
                if (letter := _letter(path)) is not None:
                    yield letter


def _letter(path: Path) -> Letter | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return Letter(key=path.name, path=path, received=datetime.fromtimestamp(status.st_mtime, UTC))
