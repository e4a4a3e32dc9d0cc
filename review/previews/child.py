"""The child process: limits itself, reads one document from its standard input, writes one page to its output.

``python -m review.previews.child KIND PAGE`` answers with one line of JSON, then the picture's bytes if there is one.
It knows nothing of Django, the database or any secret, so a document that takes it over gains nothing.
"""

import json
import sys
from dataclasses import asdict

from review.previews.limits import MAX_OUTPUT, limit_this_process
from review.previews.readers.findings import Found, Unreadable

PICTURES = {"png", "jpg", "gif", "tif", "bmp"}


def main(kind: str, page: int) -> None:
    """Render and answer; whatever a document provokes becomes one word about the outcome."""
    try:
        found = read(sys.stdin.buffer.read(), kind=kind, page=page)
        image = found.image
        found.image = b""
        answer = {"outcome": "shown", "image_bytes": len(image)} | asdict(found) | {"image": None}
        line = json.dumps(answer).encode() + b"\n"
        if len(line) + len(image) > MAX_OUTPUT:
            raise Unreadable("too_large")
    except Unreadable as refusal:
        line, image = json.dumps({"outcome": str(refusal)}).encode() + b"\n", b""
    except MemoryError:
        line, image = b'{"outcome": "too_large"}\n', b""
    except Exception:  # a parser may fail in any way on a hostile file
        line, image = b'{"outcome": "damaged"}\n', b""
    sys.stdout.buffer.write(line + image)
    sys.stdout.buffer.flush()


def read(data: bytes, *, kind: str, page: int) -> Found:
    """One page of the document by the reader for its kind, which alone is loaded. Raises Unreadable."""
    # ruff: noqa: PLC0415 - a reader that is not needed costs memory and is one more thing to attack
    if kind == "pdf":
        from review.previews.readers import pdf

        return pdf.read(data, page=page)
    if kind in PICTURES:
        from review.previews.readers import pictures

        return pictures.read(data, page=page, kind=kind)
    if kind == "docx":
        from review.previews.readers import word

        return word.read(data, page=page)
    if kind == "pptx":
        from review.previews.readers import slides

        return slides.read(data, page=page)
    if kind in {"xlsx", "xls", "csv"}:
        from review.previews.readers import sheets

        return sheets.read_csv(data, page=page) if kind == "csv" else sheets.read_workbook(data, page=page, kind=kind)
    if kind == "rtf":
        from review.previews.readers import rtf

        return rtf.read(data, page=page)
    if kind == "msg":
        from review.previews.readers import mail

        return mail.read(data, page=page)
    raise Unreadable("unsupported")


if __name__ == "__main__":
    limit_this_process()
    main(sys.argv[1], int(sys.argv[2]))
