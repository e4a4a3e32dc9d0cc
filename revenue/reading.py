"""Read a CSV of invoice lines piece by piece, whatever program wrote it; the whole file is never in memory."""

import codecs
import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext

from customers.importing import ImportRefused

COLUMNS = (
    "invoice_line",
    "month",
    "subscription_id",
    "tenant_id",
    "product",
    "license_revenue",
    "enhancement_revenue",
    "seats",
    "currency",
)
_DELIMITERS = (",", ";", "\t")
_LONGEST_LINE = 20_000
_LONGEST_TEXT = 250
_PIECE = 256 * 1024
Row = dict[str, str]


def inspect_file(stream: BinaryIO) -> tuple[str, str]:
    """Read the file once: its SHA-256, and the encoding it is in (UTF-8, else Windows-1252).

    Raises ImportRefused for anything that is no such text, a workbook for example. The stream ends at its beginning.
    """
    digest = hashlib.sha256()
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "cp1252")}
    while piece := stream.read(_PIECE):
        digest.update(piece)
        if b"\0" in piece:
            raise ImportRefused(
                gettext("The file is not a text in CSV. In a spreadsheet program, save it as «CSV UTF-8».")
            )
        for name in list(decoders):
            try:
                decoders[name].decode(piece)
            except UnicodeDecodeError:
                del decoders[name]
    if "utf-8-sig" in decoders:
        try:
            decoders["utf-8-sig"].decode(b"", final=True)
        except UnicodeDecodeError:
            del decoders["utf-8-sig"]
    if not decoders:
        raise ImportRefused(gettext("The text is neither UTF-8 nor Windows-1252. Save the file as «CSV UTF-8»."))
    stream.seek(0)
    return digest.hexdigest(), next(iter(decoders))


def read_rows(stream: BinaryIO, *, encoding: str) -> Iterator[tuple[int, Row | str]]:
    """Number and tidied cells of each line that is not empty, or a sentence about the line that cannot be read.

    Comma, semicolon or tab, columns in any order and case, further columns ignored. Raises ImportRefused where reading
    cannot go on: a heading without the needed columns, a line without end, a quote that is never closed.
    """
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        yield from _rows(_short_lines(text))
    finally:
        text.detach()


def _rows(lines: Iterator[str]) -> Iterator[tuple[int, Row | str]]:
    heading = next(lines, "")
    delimiter, names = _heading(heading)
    places = {column: names.index(column) for column in COLUMNS}
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            number = reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(names):
                reason = gettext("the line has {count} columns, the heading {expected}.")
                yield number, reason.format(count=len(cells), expected=len(names))
                continue
            row = {column: _tidy(cells[place]) for column, place in places.items()}
            yield number, _trouble(row) or row
    except csv.Error as error:
        reason = gettext("not valid CSV ({error}).").format(error=error)
        raise ImportRefused(reason, place=gettext("Line {line}").format(line=reader.line_num + 1)) from error


def _short_lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE and not line.endswith(("\n", "\r")):
            reason = gettext("the line is longer than {count:,} characters.").format(count=_LONGEST_LINE)
            raise ImportRefused(reason, place=gettext("Line {line}").format(line=number))
        yield line


def _heading(line: str) -> tuple[str, list[str]]:
    """The delimiter of the file and the names of its columns, by which of the delimiters finds most of them."""
    read = {}
    for delimiter in _DELIMITERS:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        read[delimiter] = [_tidy(cell).casefold() for cell in cells]
    delimiter = max(_DELIMITERS, key=lambda each: len(set(read[each]) & set(COLUMNS)))
    names = read[delimiter]
    missing = [column for column in COLUMNS if column not in names]
    twice = [column for column in COLUMNS if names.count(column) > 1]
    if missing:
        reason = gettext("missing {columns}. The heading names the columns; docs/importing.md shows them.")
        raise ImportRefused(reason.format(columns=", ".join(missing)), place=gettext("Line {line}").format(line=1))
    if twice:
        raise ImportRefused(
            gettext("{columns} stands there twice.").format(columns=", ".join(twice)),
            place=gettext("Line {line}").format(line=1),
        )
    return delimiter, names


def _tidy(cell: str) -> str:
    visible = "".join(character for character in cell if unicodedata.category(character) != "Cf")
    return " ".join(visible.split()) if visible.isprintable() else visible.strip()


def _trouble(row: Row) -> str:
    for column, text in row.items():
        if len(text) > _LONGEST_TEXT:
            return gettext("column {column}: the text is longer than {count} characters.").format(
                column=column, count=_LONGEST_TEXT
            )
        if not text.isprintable():
            return gettext("column {column}: the text has control characters.").format(column=column)
    return ""
