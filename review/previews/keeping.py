"""Previews are kept for an hour in the cache, in a fixed number of places, so they can never fill it."""

from dataclasses import astuple
from typing import Any
from zlib import crc32

from django.core.cache import cache

from review.previews.limits import VERSION
from review.previews.results import Block, Note, Outcome, Picture, Preview

# Each place takes one page of at most 2 MB, usually 100 KB. A page whose place is taken replaces what was there.
PLACES = 256
SECONDS_KEPT = 3600
SECONDS_KEPT_WHEN_SLOW = 300
_PASSING = {Outcome.BUSY, Outcome.MISSING}


def preview_name(*, sha256: str, kind: str, page: int) -> str:
    """The name of one page of one content: the same file on two claims is rendered once."""
    return f"{VERSION}-{sha256}-{kind}-{page}"


def kept_preview(name: str) -> Preview | None:
    """The page kept under this name; None when there is none, it was replaced or the cache is away."""
    found = cache.get(_place(name))
    if not isinstance(found, tuple) or found[0] != name:
        return None
    return _restored(found[1])


def keep_preview(name: str, preview: Preview) -> None:
    """Keep a page, or the outcome of a document that cannot be shown, so that nobody waits for it twice.

    «Too slow» is forgotten sooner, since the machine may have been busy. A deleted document's pages are found by
    nobody any more, since every address leads through its row, and are gone within the hour.
    """
    if preview.outcome not in _PASSING:
        seconds = SECONDS_KEPT_WHEN_SLOW if preview.outcome == Outcome.TOO_SLOW else SECONDS_KEPT
        cache.set(_place(name), (name, astuple(preview)), seconds)


def _place(name: str) -> str:
    return f"preview-{crc32(name.encode()) % PLACES}"


def _restored(values: tuple[Any, ...]) -> Preview:
    outcome, page, pages, word, title, picture, text, blocks, told = values
    return Preview(
        Outcome(outcome), page, pages, word, title,
        Picture(*picture) if picture else None,
        text,
        tuple(Block(*each) for each in blocks),
        tuple(Note(*each) for each in told),
    )  # fmt: skip
