"""The claim guide: our own explanation of the whole process, as a PDF (R020, R202)."""

import hashlib
from functools import lru_cache
from importlib.metadata import version
from threading import Lock

from django.conf import settings
from django.core.cache import cache

from claims.papers.facts import facts
from claims.papers.rendering import render_html
from kit.pdf import draw

_KEPT_FOR = 30 * 24 * 60 * 60
_one_at_a_time = Lock()


def guide_html() -> str:
    """The guide's text with today's settings and reasons. Reads the reviewers' reason codes: one query."""
    return render_html("guide.html", facts(), styles=["paper.css", "guide.css"])


def claim_guide() -> bytes:
    """The claim guide as a PDF (R020 «Download claim guide»).

    Drawing takes seconds, so each version is drawn once and kept, in this process and in the cache that all web processes
    share, under a key made of its text, its pictures and the program that draws: a changed setting or reason code makes a
    new version by itself, and nothing has to be cleared. While Redis is away each process draws its own. Changes nothing
    else.
    """
    html = guide_html()
    with _one_at_a_time:  # two people who ask at once wait for the same drawing
        return _kept(html)


@lru_cache(maxsize=1)
def _kept(html: str) -> bytes:
    key = f"claim-guide-{_fingerprint(html)}"
    shared: bytes | None = cache.get(key)
    if shared is not None:
        return shared
    drawn = draw(html)
    cache.set(key, drawn, timeout=_KEPT_FOR)
    return drawn


def _fingerprint(html: str) -> str:
    return hashlib.sha256(f"{version('weasyprint')} {_pictures()} {html}".encode()).hexdigest()


@lru_cache(maxsize=1)
def _pictures() -> str:
    digest = hashlib.sha256()
    for picture in sorted((settings.BASE_DIR / "static" / "guide").iterdir()):
        digest.update(picture.name.encode() + picture.read_bytes())
    return digest.hexdigest()
