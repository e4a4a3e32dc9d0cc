"""RTF: its text, without fonts, pictures and embedded objects."""

import codecs
import re
from collections.abc import Iterator

from review.previews.readers.findings import Block, Found, Unreadable, in_parts, text_block

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?"  # a control word with its number
    rb"|\\'([0-9a-fA-F]{2})"  # a byte of the code page
    rb"|\\([^a-zA-Z])"  # a control sign
    rb"|([{}])|[\r\n]+|([^\\{}\r\n]+)|."
    , re.DOTALL,
)  # fmt: skip
_SKIPPED = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"themedata", b"colorschememapping", b"datastore",
    b"listtable", b"listoverridetable", b"rsidtbl", b"generator", b"latentstyles", b"xmlnstbl", b"fldinst", b"filetbl",
    b"revtbl", b"pnseclvl", b"nonshppict",
}  # fmt: skip
_SIGNS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"cell": "\t", b"tab": "\t",
    b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
}  # fmt: skip
_SIGN_ESCAPES = {b"~": "\u00a0", b"_": "‑", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}


def read(data: bytes, *, page: int) -> Found:
    """Show the text of a rich text file, long ones in parts. Raises Unreadable when it is none."""
    if not data.startswith(b"{\\rtf"):
        raise Unreadable("damaged")
    # Signs beyond the first plane come as two halves.
    whole = "".join(_text(data)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    lines = whole.split("\n")
    blocks: Iterator[Block] = (text_block("text", line) for line in lines if line.strip())
    return in_parts(blocks, wanted=page)


def _text(data: bytes) -> Iterator[str]:
    """The visible text piece by piece; groups of other matter are skipped whole."""
    hidden_since, depth, encoding, swallow, per_sign = 0, 0, "cp1252", 0, 1
    for found in _TOKEN.finditer(data):
        word, number, byte, sign, brace, plain = found.groups()
        if brace:
            depth += 1 if brace == b"{" else -1
            if hidden_since and depth < hidden_since:
                hidden_since = 0
            swallow = 0
        elif word in _SKIPPED or sign == b"*":
            hidden_since = hidden_since or depth
        elif word == b"bin":
            raise Unreadable("unsupported")  # raw bytes follow; Word writes pictures as digits
        elif hidden_since:
            continue
        elif word == b"ansicpg" and number:
            encoding = _known(f"cp{int(number)}")
        elif word == b"uc" and number:
            per_sign = max(0, min(int(number), 8))
        elif word == b"u" and number:
            code, swallow = int(number) % 65536, per_sign
            yield chr(code)
        elif swallow and (byte or plain):
            rest = (plain or b"")[swallow:]
            swallow = max(0, swallow - (1 if byte else len(plain)))
            yield rest.decode(encoding, "replace")
        else:
            yield _visible(word, byte, sign, plain, encoding)


def _visible(word: bytes | None, byte: bytes | None, sign: bytes | None, plain: bytes | None, encoding: str) -> str:
    if word:
        return _SIGNS.get(word, "")
    if byte:
        return bytes([int(byte, 16)]).decode(encoding, "replace")
    if sign:
        return _SIGN_ESCAPES.get(sign, "")
    return plain.decode(encoding, "replace") if plain else ""


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"
