"""The only caller of WeasyPrint."""


def draw(html: str, *, fillable: bool = False) -> bytes:
    """Draw ``html`` as a PDF tagged for screen readers (PDF/UA-1), with form fields when it is ``fillable``.

    Reads nothing but our own pictures; raises when the text asks for anything else.
    """
    from weasyprint import HTML  # noqa: PLC0415  (loads system libraries that only PDFs need)

    from kit.pdf.fetching import OwnPictures  # noqa: PLC0415  (the same)

    return HTML(string=html, url_fetcher=OwnPictures()).write_pdf(pdf_forms=fillable, pdf_variant="pdf/ua-1")
