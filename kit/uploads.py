"""Is this file what its name says? Checked by content: signature first, then the real parser for the kind.

No check proves a file harmless (a file may be valid in two formats at once). The defence is how it is served: always as
an attachment, with ``nosniff`` and a sandboxing policy.
"""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import BinaryIO

import olefile
from django.utils.translation import gettext
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from kit.errors import RuleViolation

MAX_ENTRIES = 5_000
MAX_UNPACKED = 400 * 1024 * 1024
Check = Callable[[BinaryIO], bool]


def _starts(stream: BinaryIO, *signatures: bytes) -> bool:
    stream.seek(0)
    head = stream.read(16)
    return any(head.startswith(signature) for signature in signatures)


def _is_pdf(stream: BinaryIO) -> bool:
    if not _starts(stream, b"%PDF-"):
        return False
    stream.seek(0)
    try:
        reader = PdfReader(stream)
        return reader.is_encrypted or len(reader.pages) > 0
    except (PyPdfError, ValueError, KeyError, RecursionError, OSError, AttributeError, TypeError):
        return False


def _zip_with(*parts: str) -> Check:
    """A ZIP of sane size that holds one of the parts; its directory is read, nothing is unpacked."""

    def check(stream: BinaryIO) -> bool:
        if not _starts(stream, b"PK\x03\x04"):
            return False
        stream.seek(0)
        try:
            with zipfile.ZipFile(stream) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
            return False
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            return False
        names = {entry.filename.replace("\\", "/") for entry in entries}
        return any(name.startswith(part) for name in names for part in parts)

    return check


def _ole_with(*streams: str) -> Check:
    """An old Office or Outlook file (OLE compound file) that holds one of the streams."""

    def check(stream: BinaryIO) -> bool:
        if not _starts(stream, olefile.MAGIC):
            return False
        stream.seek(0)
        try:
            with olefile.OleFileIO(stream) as compound:
                return any(compound.exists(name) for name in streams)
        except (OSError, ValueError, IndexError, TypeError, AttributeError):
            return False

    return check


def _image(*formats: str) -> Check:
    def check(stream: BinaryIO) -> bool:
        stream.seek(0)
        try:
            with Image.open(stream, formats=formats) as picture:
                picture.verify()
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return False
        return True

    return check


def _is_rtf(stream: BinaryIO) -> bool:
    return _starts(stream, b"{\\rtf")


def _is_csv(stream: BinaryIO) -> bool:
    stream.seek(0)
    sample = stream.read(65_536)
    if not sample.strip() or b"\0" in sample or sample.lstrip()[:1] == b"<":
        return False
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = sample.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        return False
    try:
        return any(len(row) > 1 for row in csv.reader(io.StringIO(text), csv.Sniffer().sniff(text, ",;\t|")))
    except csv.Error:
        return False


_KINDS: dict[str, Check] = {
    "pdf": _is_pdf,
    "docx": _zip_with("word/"),
    "xlsx": _zip_with("xl/"),
    "pptx": _zip_with("ppt/"),
    "xps": _zip_with("FixedDocSeq.fdseq", "FixedDocumentSequence.fdseq", "Documents/1/"),
    "doc": _ole_with("WordDocument"),
    "xls": _ole_with("Workbook", "Book"),
    "ppt": _ole_with("PowerPoint Document"),  # unread
    "msg": _ole_with("__properties_version1.0"),
    "rtf": _is_rtf,
    "csv": _is_csv,
    "png": _image("PNG"),
    "jpg": _image("JPEG"),
    "gif": _image("GIF"),
    "tif": _image("TIFF"),
    "bmp": _image("BMP"),
}
_SAME = {"jpeg": "jpg", "tiff": "tif", "oxps": "xps"}
ACCEPTED_EXTENSIONS = sorted({*_KINDS, *_SAME})


def identify(stream: BinaryIO, filename: str) -> str:
    """Return the kind of the file, such as «pdf», when its content fits its name; leaves the stream at its start.

    Raises RuleViolation with a sentence for the person when the kind is not accepted (Q25) or content and name differ.
    """
    extension = PurePath(filename).suffix.lower().lstrip(".")
    kind = _SAME.get(extension, extension)
    if kind not in _KINDS:
        listed = ", ".join(sorted(_KINDS))
        raise RuleViolation(
            gettext("«{file}» is not of an accepted kind. Accepted are {kinds}.").format(file=filename, kinds=listed)
        )
    fits = _KINDS[kind](stream)
    stream.seek(0)
    if not fits:
        raise RuleViolation(
            gettext(
                "«{file}» is damaged or is not a {kind} file. Save it again in that format, then upload it."
            ).format(file=filename, kind=kind.upper())
        )
    return kind
