"""MSG: subject, people, text and the names of attachments of an Outlook message."""

import io
import struct

import olefile

from review.previews.limits import MAX_ROWS
from review.previews.readers.findings import Block, Found, Unreadable, cell, in_parts, table_block, text_block

_SUBJECT, _SENDER, _SENDER_ADDRESS, _TO, _COPY, _BODY = "0037", "0C1A", "5D01", "0E04", "0E03", "1000"
_FILE_NAME, _SHORT_NAME = "3707", "3704"
_MAX_STREAM = 4 * 1024 * 1024


def read(data: bytes, *, page: int) -> Found:
    """Show an Outlook message as text, long ones in parts. What is attached is named only.

    Raises Unreadable when the compound file cannot be read.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as message:
            blocks = _blocks(message)
    except (OSError, ValueError, IndexError, TypeError, AttributeError, KeyError, struct.error) as error:
        raise Unreadable("damaged") from error
    found = in_parts(blocks, wanted=page)
    if not any(block["kind"] == "text" for block in blocks):
        found.notes.append(["no_text"])
    return found


def _blocks(message: olefile.OleFileIO) -> list[Block]:
    sender = " ".join(each for each in (_value(message, _SENDER), _value(message, _SENDER_ADDRESS)) if each)
    rows = [
        ["Subject", _value(message, _SUBJECT)],
        ["From", sender],
        ["To", _value(message, _TO)],
        ["Cc", _value(message, _COPY)],
        ["Attachments", ", ".join(_attachments(message))],
    ]
    body = _value(message, _BODY).replace("\r\n", "\n")
    texts = [text_block("text", each) for each in body.split("\n\n") if each.strip()]
    return [table_block([[name, cell(value)] for name, value in rows if value]), *texts]


def _value(message: olefile.OleFileIO, tag: str, folder: str = "") -> str:
    """A text property: stored as Unicode (001F) or in the sender's code page (001E)."""
    for kind, encoding in (("001F", "utf-16-le"), ("001E", "cp1252")):
        name = f"{folder}__substg1.0_{tag}{kind}"
        if message.exists(name) and message.get_size(name) <= _MAX_STREAM:
            return message.openstream(name).read().decode(encoding, "replace").strip("\0 \r\n")
    return ""


def _attachments(message: olefile.OleFileIO) -> list[str]:
    folders = {each[0] for each in message.listdir() if each[0].startswith("__attach_version1.0_")}
    names = (
        _value(message, _FILE_NAME, f"{each}/") or _value(message, _SHORT_NAME, f"{each}/") for each in sorted(folders)
    )
    return [name for name in names if name][:MAX_ROWS]
