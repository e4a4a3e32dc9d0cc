"""From a template to the bytes of a tagged PDF."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

_FOLDER = settings.BASE_DIR / "templates" / "claims" / "pdf"


def render_html(template: str, context: dict[str, Any], *, styles: list[str]) -> str:
    """Fill ``template`` of the folder claims/pdf and give it the style sheets of the same folder as ``style``."""
    style = "\n".join((_FOLDER / name).read_text() for name in styles)
    return render_to_string(f"claims/pdf/{template}", {**context, "style": style})


def draw(html: str, *, fillable: bool = False) -> bytes:
    """Draw ``html`` as a PDF tagged for screen readers (PDF/UA-1), with form fields when it is ``fillable``.

    Reads nothing but our own pictures; raises when the text asks for anything else.
    """
    from weasyprint import HTML  # noqa: PLC0415  (loads system libraries that only PDFs need)

    from claims.papers.fetching import OwnPictures  # noqa: PLC0415  (the same)

    return HTML(string=html, url_fetcher=OwnPictures()).write_pdf(pdf_forms=fillable, pdf_variant="pdf/ua-1")
