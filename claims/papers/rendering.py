"""From a template to the HTML of a paper, which ``kit.pdf`` draws."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

_FOLDER = settings.BASE_DIR / "templates" / "claims" / "pdf"


def render_html(template: str, context: dict[str, Any], *, styles: list[str]) -> str:
    """Fill ``template`` of the folder claims/pdf and give it the style sheets of the same folder as ``style``."""
    style = "\n".join((_FOLDER / name).read_text() for name in styles)
    return render_to_string(f"claims/pdf/{template}", {**context, "style": style})
