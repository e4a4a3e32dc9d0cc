"""Documents made by the portal: context in, bytes out."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from claims.models import Claim
from claims.queries import lines_of


def fetch_nothing(url: str, *args: Any, **kwargs: Any) -> Any:
    """Refuses every address: a claim's texts must not make the server read files or call hosts."""
    raise ValueError(f"not fetched: {url}")


def poe_template(claim: Claim) -> bytes:
    """The proof of execution template as a PDF with fillable fields, prefilled from the claim (R141).

    Parts as in Microsoft's form: partner and customer, customer acknowledgment, activities, and for usage the
    products/workloads. Tagged for screen readers (PDF/UA). Reads the claim's lines; changes nothing.
    """
    from weasyprint import HTML  # noqa: PLC0415  (loads system libraries that only PDFs need)

    style = (settings.BASE_DIR / "templates" / "claims" / "pdf" / "template.css").read_text()
    context = {"claim": claim, "lines": list(lines_of(claim)), "today": timezone.now(), "style": style}
    html = render_to_string("claims/pdf/poe_template.html", context)
    return HTML(string=html, url_fetcher=fetch_nothing).write_pdf(pdf_forms=True, pdf_variant="pdf/ua-1")
