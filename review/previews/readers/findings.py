"""What a reader hands back, and the one way in which it refuses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from review.previews.limits import MAX_BLOCK_TEXT, MAX_BLOCKS, MAX_CELL, MAX_PAGE, MAX_ROWS, MAX_TABLE_TEXT, MAX_TEXT

Block = dict[str, object]
Note = list[str | int]  # a code of review.previews.results.NOTES and its numbers: the page has the words


class Unreadable(Exception):
    """The document cannot be shown; the argument is the outcome: «damaged», «protected», «too_large», «unsupported»."""


@dataclass(slots=True)
class Found:
    """One page of a document: a picture, or blocks of text, with its number and how many there are."""

    page: int = 1
    pages: int = 1
    word: str = "Page"
    title: str = ""
    image: bytes = b""
    width: int = 0
    height: int = 0
    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def clean(text: str, most: int = MAX_TEXT) -> str:
    """The text without control characters, with plain line ends, cut to ``most`` characters."""
    text = text[: most * 2].replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    kept = "".join(sign for sign in text if sign in "\n\t" or (sign.isprintable() or sign.isspace()))
    return kept if len(kept) <= most else kept[: most - 1] + "…"


def cell(text: object) -> str:
    """The text of one table cell: on few lines and bounded."""
    return clean(str(text).strip(), MAX_CELL)


def text_block(kind: str, text: str, *, where: str = "") -> Block:
    """A paragraph («text») or a «heading»; ``where`` is a code of review.previews.results.PLACES."""
    return {"kind": kind, "text": clean(text.strip()), "where": where}


def table_block(rows: list[list[str]], *, grid: bool = False) -> Block:
    """A table of texts, ``grid`` for a sheet's cells; every row is filled up to the length of the longest."""
    width = max((len(row) for row in rows), default=0)
    return {"kind": "table", "grid": grid, "rows": [row + [""] * (width - len(row)) for row in rows]}


def rows_within(rows: Iterable[list[str]]) -> tuple[list[list[str]], bool]:
    """The first rows of a table as far as they are few and short enough to read; and whether any are left out."""
    kept: list[list[str]] = []
    weight = 0
    for row in rows:
        weight += sum(len(each) for each in row)
        if len(kept) >= MAX_ROWS or weight > MAX_TABLE_TEXT:
            return kept, True
        kept.append(row)
    return kept, False


def page_within(wanted: int, pages: int) -> int:
    """The wanted page, or the last one when there are fewer."""
    return max(1, min(wanted, pages, MAX_PAGE))


def in_parts(blocks: Iterable[Block], *, wanted: int) -> Found:
    """Running text as parts of bounded length, the wanted one of them with its blocks."""
    parts = list(_parts(blocks))
    pages = max(1, len(parts))
    page = page_within(wanted, pages)
    return Found(page=page, pages=pages, word="Part", blocks=parts[page - 1] if parts else [])


def _parts(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    part: list[Block] = []
    weight = 0
    for block in blocks:
        own = _weight(block)
        if part and (len(part) >= MAX_BLOCKS or weight + own > MAX_BLOCK_TEXT):
            yield part
            part, weight = [], 0
        part.append(block)
        weight += own
    if part:
        yield part


def _weight(block: Block) -> int:
    rows = block.get("rows")
    if isinstance(rows, list):
        return sum(len(each) + 8 for row in rows for each in row)
    return len(str(block["text"]))
