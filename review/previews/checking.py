"""The child's answer, believed only as far as it can be checked: plain data of bounded size, a picture of pixels."""

import json
from typing import Any

from review.previews.limits import MAX_BLOCKS, MAX_IMAGE, MAX_PAGE, MAX_SIDE, MAX_TEXT
from review.previews.results import NOTES, PLACES, Block, Note, Outcome, Picture, Preview
from review.previews.running import Ended

_WORDS = {"Page", "Part", "Sheet", "Slide"}
_KINDS = {"heading", "text", "table"}
_CHILD_SAYS = {Outcome.SHOWN, Outcome.UNSUPPORTED, Outcome.TOO_LARGE, Outcome.DAMAGED, Outcome.PROTECTED}
_MAX_ROWS, _MAX_COLUMNS = 1_000, 64
_MOST = 10**9  # that a document is said to have of anything


def preview_from(ended: Ended) -> Preview:
    """Turn the output of a child into a preview. Never raises: what does not fit is an outcome of its own.

    A child that was killed for its memory or processor time, or broke on its own, has nothing to say but its end.
    """
    if ended.timed_out:
        return Preview(Outcome.TOO_SLOW)
    if ended.flooded:
        return Preview(Outcome.TOO_LARGE)
    if ended.code != 0:
        return Preview(_outcome_of_end(ended.code))
    try:
        line, _, image = ended.output.partition(b"\n")
        said = json.loads(line)
        outcome = Outcome(said["outcome"])
        if outcome not in _CHILD_SAYS:
            return Preview(Outcome.DAMAGED)
        return _shown(said, image) if outcome == Outcome.SHOWN else Preview(outcome)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Preview(Outcome.DAMAGED)


def _outcome_of_end(code: int) -> Outcome:
    """What a child died of: its alarm and processor time mean «slow», an abort or kill means «memory»."""
    slow, memory = {-14, -24}, {-6, -9, -5}
    return Outcome.TOO_SLOW if code in slow else Outcome.TOO_LARGE if code in memory else Outcome.DAMAGED


def _shown(said: dict[str, Any], image: bytes) -> Preview:
    pages = _whole(said["pages"], 1, MAX_PAGE)
    blocks = said["blocks"]
    if not isinstance(blocks, list) or len(blocks) > MAX_BLOCKS:
        raise ValueError("too many blocks")
    return Preview(
        Outcome.SHOWN,
        page=_whole(said["page"], 1, pages),
        pages=pages,
        word=_one_of(said["word"], _WORDS),
        title=_text(said["title"]),
        picture=_picture(image) if image else None,
        text=_text(said["text"]),
        blocks=tuple(_block(each) for each in blocks),
        told=tuple(_note(each) for each in said["notes"][:8]),
    )


def _note(said: list[Any]) -> Note:
    code, *numbers = said
    if len(numbers) > 2:
        raise ValueError("too many numbers")
    return Note(_one_of(code, set(NOTES)), *(_whole(each, 0, _MOST) for each in numbers))


def _block(said: dict[str, Any]) -> Block:
    kind = _one_of(said["kind"], _KINDS)
    if kind != "table":
        return Block(kind, words=_text(said["text"]), where=_one_of(said.get("where", ""), {"", *PLACES}))
    rows = said["rows"]
    if not isinstance(rows, list) or len(rows) > _MAX_ROWS or any(len(row) > _MAX_COLUMNS for row in rows):
        raise ValueError("table too large")
    return Block(kind, rows=tuple(tuple(_text(each) for each in row) for row in rows), grid=said["grid"] is True)


def _picture(data: bytes) -> Picture:
    """The picture, when it is one plain lossy WebP frame and nothing else, of allowed size. Raises ValueError.

    Only the header is read, as decoding would bring the danger into the web process.
    """
    file, frame = int.from_bytes(data[4:8], "little"), int.from_bytes(data[16:20], "little")
    exact = len(data) == file + 8 == frame + frame % 2 + 20
    plain = data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8 " and data[23:26] == b"\x9d\x01\x2a"
    if not (exact and plain and len(data) <= MAX_IMAGE):
        raise ValueError("not a plain WebP picture")
    width = int.from_bytes(data[26:28], "little") & 0x3FFF
    height = int.from_bytes(data[28:30], "little") & 0x3FFF
    return Picture(data, _whole(width, 1, MAX_SIDE), _whole(height, 1, MAX_SIDE))


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError("number out of bounds")
    return value


def _one_of(value: object, allowed: set[str]) -> str:
    if value not in allowed:
        raise ValueError("unknown word")
    return str(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError("not a text of bounded length")
    return value.encode("utf-8", "replace").decode()
