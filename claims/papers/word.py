"""What python-docx does not offer by itself: content controls, repeated header rows, page numbers, the document's language."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from kit.texts import Text

AUTHOR = _("CPOR portal")
LANGUAGE = "en-US"
_FONT = "Segoe UI"
_INK, _BLUE, _GRAY = RGBColor(0x24, 0x24, 0x24), RGBColor(0x0F, 0x54, 0x8C), RGBColor(0x59, 0x59, 0x59)
_SIZES = {"Title": 22, "Subtitle": 12, "Heading 1": 14, "Heading 2": 11, "Normal": 10}
_W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
_PROMPT = _("Click to enter")
_NUMBERS = {"{page}": "PAGE", "{pages}": "NUMPAGES"}


def dress(document: Document, *, title: str, left: str, reference: str) -> None:
    """Give an empty document its page, styles, language, properties, and a header and footer with page x of y."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(22)
    for name, size in _SIZES.items():
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.italic = False
        style.font.color.rgb = _INK if name == "Normal" else _BLUE
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        fonts.set(qn("w:cs"), _FONT)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    _describe(document, title=title, reference=reference)
    for part, start in ((section.header, left), (section.footer, reference)):
        line = part.paragraphs[0]
        line.paragraph_format.tab_stops.clear_all()
        line.paragraph_format.tab_stops.add_tab_stop(Mm(174), WD_TAB_ALIGNMENT.RIGHT)
        line.add_run(f"{start}\t")
    section.header.paragraphs[0].add_run(reference)
    footer = section.footer.paragraphs[0]
    for words in re.split(r"(\{pages?\})", gettext("Page {page} of {pages}")):
        if words in _NUMBERS:
            _add_number(footer, _NUMBERS[words])
        elif words:
            footer.add_run(words)
    for part in (section.header, section.footer):
        for run in part.paragraphs[0].runs:
            run.font.size, run.font.color.rgb = Pt(8), _GRAY


def _describe(document: Document, *, title: str, reference: str) -> None:
    about = document.core_properties
    about.author = about.last_modified_by = str(AUTHOR)
    about.title, about.subject, about.language = title, reference, LANGUAGE
    about.comments, about.keywords = gettext("Template for proof of execution of a customer association"), "CPOR"


def add_table(document: Document, headings: Sequence[str], widths: Sequence[int] = ()) -> Table:
    """A table whose first row is marked as its header, so that it is repeated on each page and read out with the cells."""
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")  # unread
    table.autofit = not widths
    row = table.rows[0]
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    for cell, heading in zip(row.cells, headings, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="EBF3FC"/>'))
    for column, width in zip(table.columns, widths, strict=False):
        column.width = Mm(width)
    return table


def entry_table(document: Document, entries: Iterable[tuple[str, str, str]]) -> None:
    """Name, label and value of each entry as a row: the label, and a field that holds the value or asks for it."""
    table = add_table(document, [gettext("Item"), gettext("Entry")], [56, 118])
    for name, label, value in entries:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(label)
        add_field(cells[1].paragraphs[0], name=name, label=label, value=value)
    _fit(table, [56, 118])


def blank_table(document: Document, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows to fill in: the first column is a number, each other one a field of the given name."""
    widths = [12, 66, 62, 34]
    table = add_table(document, headings, widths)
    for number, *names in rows:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(number)
        for cell, name, heading in zip(cells[1:], names, headings[1:], strict=True):
            add_field(cell.paragraphs[0], name=name, label=f"{heading} {number}")
    _fit(table, widths)


def _fit(table: Table, widths: Sequence[int]) -> None:
    for row in table.rows:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.space_before = Pt(2)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)


def add_field(paragraph: Paragraph, *, name: str, label: str, value: str = "", prompt: Text = _PROMPT) -> None:
    """A content control for text: a named place to click into, which holds ``value`` or shows ``prompt``."""
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias/><w:tag/>{'' if value else '<w:showingPlcHdr/>'}"
        '<w:text w:multiLine="1"/></w:sdtPr><w:sdtContent><w:r><w:rPr/><w:t xml:space="preserve"/></w:r>'
        "</w:sdtContent></w:sdt>"
    )
    _name(control, name=name, label=label)
    control.find(f".//{qn('w:t')}").text = value or str(prompt)
    if not value:
        control.find(f".//{qn('w:sdtContent')}//{qn('w:rPr')}").append(
            parse_xml(f'<w:color {nsdecls("w")} w:val="595959"/>')
        )
    paragraph._p.append(control)


def add_tick(paragraph: Paragraph, *, name: str, label: str) -> None:
    """A content control that is a box to tick, empty at first."""
    control = parse_xml(
        f"<w:sdt {nsdecls('w')} {_W14}><w:sdtPr><w:alias/><w:tag/>"
        '<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r>'
        '<w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" w:hint="eastAsia"/></w:rPr>'
        "<w:t>☐</w:t></w:r></w:sdtContent></w:sdt>"
    )
    _name(control, name=name, label=label)
    paragraph._p.append(control)


def _name(control: Any, *, name: str, label: str) -> None:
    # Word refuses longer ones. Texts go in as values, never as markup.
    control.find(f".//{qn('w:alias')}").set(qn("w:val"), label[:64])
    control.find(f".//{qn('w:tag')}").set(qn("w:val"), name[:64])


def _add_number(paragraph: Paragraph, code: str) -> None:
    for kind in ("begin", None, "separate", "text", "end"):
        run = paragraph.add_run("1" if kind == "text" else "")
        if kind is None:
            run._r.append(parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> {code} </w:instrText>'))
        elif kind != "text":
            run._r.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'))
