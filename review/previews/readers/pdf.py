"""PDF: one page drawn by PDFium, without its scripts, and the page's text."""

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

from review.previews.limits import MAX_SIDE, MAX_TEXT
from review.previews.readers.findings import Found, Unreadable, clean, page_within
from review.previews.readers.pictures import as_webp

MAX_SCALE = 4


def read(data: bytes, *, page: int) -> Found:
    """Draw one page, at most 1600 pixels on its longer side, with what was filled into its form fields.

    Raises Unreadable for a damaged or password-protected file.
    """
    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()
        pages = len(document)
        if not pages:
            raise Unreadable("damaged")
        number = page_within(page, pages)
        sheet = document[number - 1]
        longest = max(sheet.get_size())
        scale = min(MAX_SCALE, MAX_SIDE / longest) if longest > 0 else 1
        picture = sheet.render(scale=scale, rev_byteorder=True).to_pil()
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in {FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY}
        raise Unreadable("protected" if locked else "damaged") from error
    image, width, height = as_webp(picture)
    return Found(page=number, pages=pages, image=image, width=width, height=height, text=_text_of(sheet))


def _text_of(sheet: pypdfium2.PdfPage) -> str:
    """The page's text in its stored order; empty for a scan and where it cannot be read."""
    try:
        layer = sheet.get_textpage()
        return clean(layer.get_text_range(0, min(layer.count_chars(), MAX_TEXT * 2))).strip()
    except pypdfium2.PdfiumError:
        return ""
