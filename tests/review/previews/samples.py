"""Small files of every kind, and some that were made to do harm."""

import io
import struct
import zipfile
import zlib

import docx
import xlsxwriter
from PIL import Image

_OFFICE = "http://schemas.openxmlformats.org"
_SLIDE_LINK = f"{_OFFICE}/officeDocument/2006/relationships/slide"


def pdf(*, pages: int = 1, size: tuple[int, int] = (595, 842), content: bytes = b"", extra: bytes = b"") -> bytes:
    """A PDF of many pages that share one content, each with the text «Page of proof»."""
    content = content or b"BT /F1 24 Tf 72 700 Td (Page of proof) Tj ET"
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % extra,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 3 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
    )
    objects += [page % size] * pages
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def endless_pdf() -> bytes:
    """A small PDF whose one page is drawn by two million strokes."""
    strokes = zlib.compress(b"0 0 m 595 842 l 0 842 l 595 0 l h B* 1 w [1 1] 0 d\n" * 400_000)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(strokes), strokes)
    plain = pdf()
    start, end = plain.index(b"<< /Length"), plain.index(b"endstream") + len(b"endstream")
    return plain[:start] + stream + plain[end:]


def picture(form: str, *, size: tuple[int, int] = (400, 200), color: str = "teal", more: int = 0, **options) -> bytes:
    """A picture in one color; ``more`` of them follow it in the same file."""
    out = io.BytesIO()
    if more:
        others = [Image.new("RGB", size, f"rgb({9 * n + 9},0,0)") for n in range(more)]
        options |= {"save_all": True, "append_images": others}
    Image.new("RGB", size, color).save(out, form, **options)
    return out.getvalue()


def upside_down_photo() -> bytes:
    """A JPEG of 40 by 20 that says it was taken in portrait, with a secret among its notes and a place."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "SECRET PLACE"
    return picture("JPEG", size=(400, 200), exif=exif, comment=b"SECRET COMMENT")


def word(*, paragraphs: int = 1) -> bytes:
    """A Word file with heading, paragraphs, a table, a header and a footer."""
    document, out = docx.Document(), io.BytesIO()
    document.add_heading("Statement of Work", 1)
    for number in range(paragraphs):
        document.add_paragraph(f"Paragraph {number} of the work.")
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Milestone", "Date"
    table.cell(1, 0).text, table.cell(1, 1).text = "Go-live", "March 1, 2026"
    inner = table.cell(1, 1).add_table(1, 1)
    inner.cell(0, 0).text = "inner cell"
    document.add_paragraph("Signed by both.")
    document.sections[0].header.paragraphs[0].text = "Fabrikam Consulting"
    document.sections[0].footer.paragraphs[0].text = "Confidential"
    document.save(out)
    return out.getvalue()


def workbook(*, rows: int = 3, columns: int = 3, sheets: tuple[str, ...] = ("Prices", "Dates")) -> bytes:
    """An Excel workbook whose cells say «row/column»."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for row in range(rows):
                sheet.write_row(row, 0, [f"{name} {row}/{column}" for column in range(columns)])
    return out.getvalue()


def slides(*texts: str) -> bytes:
    """A presentation with one text per slide, stored in the reverse of its order, and notes on the first."""
    a, p = f"{_OFFICE}/drawingml/2006/main", f"{_OFFICE}/presentationml/2006/main"
    r = f"{_OFFICE}/officeDocument/2006/relationships"
    links = f'xmlns="{_OFFICE}/package/2006/relationships"'
    listed = "".join(f'<p:sldId id="{256 + n}" r:id="rId{n}"/>' for n in range(len(texts)))
    parts = {
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{p}" xmlns:r="{r}"><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>',
        "ppt/_rels/presentation.xml.rels": f"<Relationships {links}>"
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_SLIDE_LINK}" Target="slides/slide{len(texts) - n}.xml"/>'
            for n in range(len(texts))
        )
        + "</Relationships>",
        f"ppt/slides/_rels/slide{len(texts)}.xml.rels": f'<Relationships {links}><Relationship Id="n" Target="../notesSlides/n1.xml"/></Relationships>',
        "ppt/notesSlides/n1.xml": f'<p:notes xmlns:p="{p}" xmlns:a="{a}"><p:txBody><a:p><a:r><a:t>Say hello</a:t></a:r></a:p></p:txBody></p:notes>',
    }
    for number, text in enumerate(texts):
        parts[f"ppt/slides/slide{len(texts) - number}.xml"] = (
            f'<p:sld xmlns:p="{p}" xmlns:a="{a}"><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr>'
            f"<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
            f"<a:tbl><a:tr><a:tc><a:p><a:r><a:t>cell</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:sld>"
        )
    return zipped(parts)


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP of these parts, packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def word_of(body: str, prolog: str = "") -> bytes:
    """A Word file of this body alone, with what stands before its root."""
    w = f"{_OFFICE}/wordprocessingml/2006/main"
    return zipped({"word/document.xml": f'{prolog}<w:document xmlns:w="{w}"><w:body>{body}</w:body></w:document>'})


def lying_zip(name: str, *, says: int, holds: int) -> bytes:
    """A ZIP whose directory promises a small part where a huge one is packed."""
    honest = bytearray(zipped({name: b" " * holds}))
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = honest.rindex(signature)
        honest[place + at : place + at + 4] = struct.pack("<I", says)
    return bytes(honest)


def png_bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that unpacks to side by side pixels in black and white."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer, packed = zlib.compressobj(9), b""
    line = bytes(1 + (side + 7) // 8)
    for _ in range(side):
        packed += packer.compress(line)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed + packer.flush()) + chunk(b"IEND", b"")


RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator Secret maker;}{\pict\pngblip 89504e47}"
    rb"\f0\fs24 Hello \b world\b0\par Caf\'e9 \u8364? \u-10179?\u-8704? end\par\{braces\}\par}"
)
