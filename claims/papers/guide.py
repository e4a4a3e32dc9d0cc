"""The claim guide: our own explanation of the whole process, as a PDF (R020, R202)."""

import hashlib
from functools import lru_cache
from importlib.metadata import version

from django.conf import settings
from django.core.cache import cache

from claims.papers.facts import facts
from claims.papers.rendering import draw, render_html

_KEPT_FOR = 30 * 24 * 60 * 60


def guide_html() -> str:
    """The guide's text with today's settings and reasons. Reads the reviewers' reason codes: one query."""
    return render_html("guide.html", facts(), styles=["paper.css", "guide.css"])


def claim_guide() -> bytes:
    """The claim guide as a PDF (R020 «Download claim guide»).

    Drawing takes seconds, so each version is drawn once and kept in the cache under a key made of its text, its pictures
    and the program that draws: a changed setting or reason code makes a new version by itself, nothing has to be cleared,
    and all web processes share it. Without the cache (Redis away) it is drawn again, which is slower but right. Changes
    nothing else.
    """
    html = guide_html()
    key = f"claim-guide-{_fingerprint(html)}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = draw(html)
        cache.set(key, kept, timeout=_KEPT_FOR)
    return kept


def _fingerprint(html: str) -> str:
    return hashlib.sha256(f"{version('weasyprint')} {_pictures()} {html}".encode()).hexdigest()


@lru_cache(maxsize=1)
def _pictures() -> str:
    digest = hashlib.sha256()
    for picture in sorted((settings.BASE_DIR / "static" / "guide").iterdir()):
        digest.update(picture.name.encode() + picture.read_bytes())
    return digest.hexdigest()
