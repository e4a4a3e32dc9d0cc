"""Handing out files that strangers uploaded."""

from typing import BinaryIO

from django.core.files.base import File
from django.http import FileResponse


def attachment(stream: BinaryIO | File, *, name: str, size: int) -> FileResponse:
    """Answer with a file that the browser saves and never shows: attachment, no sniffing, and a sandbox around it."""
    response = FileResponse(stream, as_attachment=True, filename=name, content_type="application/octet-stream")
    response.headers["Content-Length"] = str(size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
