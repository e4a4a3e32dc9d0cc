"""PPTX: the texts of one slide and of its speaker notes."""

import zipfile
from collections.abc import Iterator

from lxml import etree

from review.previews.limits import MAX_BLOCKS, MAX_COLUMNS
from review.previews.readers.findings import (
    Block,
    Found,
    Unreadable,
    cell,
    page_within,
    rows_within,
    table_block,
    text_block,
)
from review.previews.readers.packages import open_package, related, xml_part

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAIN = "ppt/presentation.xml"


def read(data: bytes, *, page: int) -> Found:
    """Show the texts of one slide in their stored order. Raises Unreadable when there are no slides."""
    archive = open_package(data)
    root, parts = xml_part(archive, _MAIN), related(archive, _MAIN)
    listed = root.iterfind(f"{_P}sldIdLst/{_P}sldId") if root is not None else ()
    slides = [parts[each.get(f"{_R}id", "")] for each in listed if each.get(f"{_R}id", "") in parts]
    if not slides:
        raise Unreadable("damaged")
    number = page_within(page, len(slides))
    slide = xml_part(archive, slides[number - 1])
    if slide is None:
        raise Unreadable("damaged")
    blocks = [*_blocks(slide), *_speaker_notes(archive, slides[number - 1])]
    return Found(page=number, pages=len(slides), word="Slide", blocks=blocks[:MAX_BLOCKS], notes=[["no_layout"]])


def _blocks(slide: etree._Element) -> Iterator[Block]:
    for element in slide.iter(f"{_P}sp", f"{_A}tbl"):
        if element.tag == f"{_A}tbl":
            rows, _ = rows_within(
                [cell(_text(each)) for each in list(row.iterfind(f"{_A}tc"))[:MAX_COLUMNS]]
                for row in element.iterfind(f"{_A}tr")
            )
            if rows:
                yield table_block(rows)
        elif text := _text(element).strip():
            place = element.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
            is_title = place is not None and place.get("type") in {"title", "ctrTitle"}
            yield text_block("heading" if is_title else "text", text)


def _speaker_notes(archive: zipfile.ZipFile, slide: str) -> Iterator[Block]:
    for name in related(archive, slide).values():
        if name.startswith("ppt/notesSlides/") and (part := xml_part(archive, name)) is not None:
            text = "\n".join(_text(each) for each in part.iter(f"{_P}txBody")).strip()
            if text:
                yield text_block("text", text, where="speaker_notes")


def _text(element: etree._Element) -> str:
    lines = []
    for paragraph in element.iter(f"{_A}p"):
        runs = ("\n" if each.tag == f"{_A}br" else each.text or "" for each in paragraph.iter(f"{_A}t", f"{_A}br"))
        lines.append("".join(runs))
    return "\n".join(lines)
