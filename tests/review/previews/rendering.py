"""Renderings for tests, through the real child process."""

import io
import tempfile

from PIL import Image

from review.previews.checking import preview_from
from review.previews.results import Preview
from review.previews.running import Ended, child_command, run_child


def run(data: bytes, command: list[str], **bounds) -> Ended:
    """Run a command with these bytes as its input, as the portal does."""
    with tempfile.TemporaryFile() as document:
        document.write(data)
        document.seek(0)
        return run_child(command, document=document, **bounds)


def rendered(data: bytes, kind: str, page: int = 1) -> Preview:
    """One page of a document of this kind."""
    return preview_from(run(data, child_command(kind, page)))


def opened(preview: Preview) -> Image.Image:
    """The picture of a preview, decoded."""
    return Image.open(io.BytesIO(preview.picture.data), formats=["WEBP"])


def all_text(preview: Preview) -> str:
    """All text of a preview, tables included."""
    rows = ["\n".join(" ".join(row) for row in block.rows) or block.text for block in preview.blocks]
    return "\n".join(rows)
