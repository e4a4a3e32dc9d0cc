"""The proof of execution template as a PDF with fields to fill in."""

from claims.models import Claim
from claims.papers.poe_form import TITLE, poe_form
from claims.papers.rendering import render_html
from kit.pdf import draw


def poe_template(claim: Claim | None) -> bytes:
    """The template as a fillable PDF, prefilled from ``claim`` or blank (R117, R141); tagged for screen readers.

    Raises RuleViolation for a revenue association. Changes nothing.
    """
    context = {"form": poe_form(claim), "title": TITLE}
    return draw(render_html("poe.html", context, styles=["paper.css", "poe.css"]), fillable=True)
