"""Reading papers back: what stands in a PDF or a Word document that the portal made."""

import io
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader


def open_pdf(content: bytes) -> PdfReader:
    """The PDF, opened."""
    return PdfReader(io.BytesIO(content))


def text_of(reader: PdfReader) -> str:
    """All its text on one line."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def structure_of(reader: PdfReader) -> list[Any]:
    """Every element of its structure tree, in reading order."""
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop(0).get_object()
        if isinstance(element, list):
            waiting = [*element, *waiting]
        elif isinstance(element, dict):
            found.append(element)
            children = element.get("/K", [])
            waiting = [*(children if isinstance(children, list) else [children]), *waiting]
    return found


def is_tagged(reader: PdfReader) -> bool:
    """Whether it says of itself that it is accessible (PDF/UA-1), has a tree of tags and shows its title."""
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    return bool(
        root["/MarkInfo"]["/Marked"]
        and "pdfuaid" in metadata
        and root["/StructTreeRoot"]["/K"]
        and root["/ViewerPreferences"]["/DisplayDocTitle"]
    )


def open_docx(content: bytes) -> Any:
    """The Word document, opened."""
    return Document(io.BytesIO(content))


def controls_of(document: Any) -> dict[str, tuple[str, str]]:
    """Its content controls: label and text by name."""
    found = {}
    for control in document.element.body.iter(qn("w:sdt")):
        properties = control.find(qn("w:sdtPr"))
        name = properties.find(qn("w:tag")).get(qn("w:val"))
        assert name not in found, f"{name} stands twice"
        text = "".join(part.text or "" for part in control.iter(qn("w:t")))
        found[name] = (properties.find(qn("w:alias")).get(qn("w:val")), text)
    return found
