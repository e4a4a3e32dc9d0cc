"""From templates to a finished mail: subject, plain text, HTML with its styles inlined."""

from functools import cache
from typing import Any

import css_inline
from django.template.loader import render_to_string


@cache
def _inliner() -> css_inline.CSSInliner:
    """Styles go onto the elements, as many mail programs drop style sheets; media queries stay, for the
    others.
    """
    return css_inline.CSSInliner(
        keep_style_tags=True, keep_at_rules=True, remove_inlined_selectors=True, load_remote_stylesheets=False
    )


def render_mail(template_base: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Render ``templates/mail/<template_base>`` as (subject, text, html). Nothing is fetched from anywhere.

    ``.subject.txt`` and ``.txt`` switch escaping off, as they are plain text; ``.html`` extends
    ``mail/layout.html``. Names pass the filter ``one_line`` there.
    """
    subject = " ".join(render_to_string(f"mail/{template_base}.subject.txt", context).split())
    context = {**context, "subject": subject}
    text = render_to_string(f"mail/{template_base}.txt", context).strip() + "\n"
    html = _inliner().inline(render_to_string(f"mail/{template_base}.html", context))
    return subject, text, html


def one_line(value: object) -> str:
    """The value without line breaks and other control characters, lest a name add lines to a mail."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(value)).split())
