"""DOCX: headings, paragraphs and tables in reading order, headers and footers around them."""

import zipfile
from collections.abc import Iterator

from lxml import etree

from review.previews.limits import MAX_COLUMNS, MAX_ROWS
from review.previews.readers.findings import (
    Block,
    Found,
    Unreadable,
    cell,
    in_parts,
    rows_within,
    table_block,
    text_block,
)
from review.previews.readers.packages import open_package, related, xml_part

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAIN = "word/document.xml"
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "‑"}
_DRAWINGS = {f"{_W}drawing", f"{_W}pict", f"{_W}object"}
# Text that Word does not show: deleted in a tracked change, or the second form of what stands there already.
_HIDDEN = {f"{_W}del", f"{_W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


def read(data: bytes, *, page: int) -> Found:
    """Show the text of a Word file, long ones in parts. Pictures and layout are not shown, and the notes say so.

    Raises Unreadable when there is no document in the archive.
    """
    archive = open_package(data)
    root = xml_part(archive, _MAIN)
    body = root.find(f"{_W}body") if root is not None else None
    if root is None or body is None:
        raise Unreadable("damaged")
    found = in_parts(_blocks(archive, root, body), wanted=page)
    if any(True for _ in root.iter(*_DRAWINGS)):
        found.notes.append(["pictures"])
    return found


def _blocks(archive: zipfile.ZipFile, root: etree._Element, body: etree._Element) -> Iterator[Block]:
    parts = related(archive, _MAIN)
    yield from _around(archive, root, parts, "header")
    yield from _of(body)
    yield from _around(archive, root, parts, "footer")
    notes = xml_part(archive, "word/footnotes.xml")
    for note in notes if notes is not None else ():
        text = _text(note).strip()
        if text:
            yield text_block("text", text, where="footnote")


def _around(archive: zipfile.ZipFile, root: etree._Element, parts: dict[str, str], which: str) -> Iterator[Block]:
    """Each distinct header or footer once: it repeats on every page of the paper."""
    said: set[str] = set()
    for reference in root.iter(f"{_W}{which}Reference"):
        part = xml_part(archive, parts.get(reference.get(f"{_R}id", ""), ""))
        text = _text(part).strip() if part is not None else ""
        if text and text not in said and len(said) < MAX_ROWS:
            said.add(text)
            yield text_block("text", text, where=which)


def _of(parent: etree._Element) -> Iterator[Block]:
    for element in parent:
        if element.tag == f"{_W}p":
            text = _text(element).strip()
            if text:
                yield text_block("heading" if _is_heading(element) else "text", text)
        elif element.tag == f"{_W}tbl":
            rows, is_cut = rows_within(_rows(element))
            if rows:
                yield table_block(rows)
            if is_cut:
                yield text_block("text", "", where="further_rows")
        elif element.tag not in _HIDDEN:
            yield from _of(element)  # content controls, inserted text


def _rows(table: etree._Element) -> Iterator[list[str]]:
    """The rows of this table; a table within a cell becomes text of its cell."""
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is table:
            cells = [each for each in row.iter(f"{_W}tc") if next(each.iterancestors(f"{_W}tr")) is row]
            yield [cell(_text(each)) for each in cells[:MAX_COLUMNS]]


def _is_heading(paragraph: etree._Element) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(f"{_W}val", "") if style is not None else ""
    return name.lower().startswith(("heading", "title"))


def _text(element: etree._Element) -> str:
    pieces: list[str] = []
    _collect(element, pieces)
    return "".join(pieces)


def _collect(element: etree._Element, pieces: list[str]) -> None:
    for child in element:
        if child.tag == f"{_W}t":
            pieces.append(child.text or "")
        elif child.tag in _SIGNS:
            pieces.append(_SIGNS[child.tag])
        elif child.tag not in _HIDDEN:
            _collect(child, pieces)
            if child.tag == f"{_W}p":
                pieces.append("\n")
