"""One page of a document for a reviewer: kept from an earlier look, or rendered by a child process now."""

import logging
import shutil
import tempfile
from typing import IO, cast

from claims.models import Document
from review.previews.checking import preview_from
from review.previews.keeping import keep_preview, kept_preview, preview_name
from review.previews.limits import MAX_PAGE
from review.previews.results import Outcome, Preview
from review.previews.running import Turns, child_command, run_child

logger = logging.getLogger(__name__)
_NEVER_SHOWN = {"doc", "ppt", "xps"}
# Four of a web process's threads may be busy with previews at once; the others go on answering.
turns = Turns(running=2, waiting=2, patience=3)


def preview_of(document: Document, *, page: int = 1) -> Preview:
    """One page of the document as a safe picture or text; the last page when there are fewer. Never raises.

    Renders in a child process bounded to 512 MB and ten seconds, one page at a time, and keeps the result in the
    cache for an hour. The original never reaches the browser this way.
    """
    if document.kind in _NEVER_SHOWN:
        return Preview(Outcome.UNSUPPORTED)
    page = max(1, min(page, MAX_PAGE))
    name = preview_name(sha256=document.sha256, kind=document.kind, page=page)
    kept = kept_preview(name)
    if kept is not None:
        return kept
    with turns.take() as mine:
        preview = _rendered(document, page=page) if mine else Preview(Outcome.BUSY)
    keep_preview(name, preview)
    return preview


def _rendered(document: Document, *, page: int) -> Preview:
    """Hand the child an anonymous copy as its input: nothing on the disk has a name, so nothing can stay behind."""
    try:
        with tempfile.TemporaryFile() as copy:
            with document.file.storage.open(str(document.file.name)) as stored:
                shutil.copyfileobj(cast(IO[bytes], stored), copy)
            copy.seek(0)
            ended = run_child(child_command(document.kind, page), document=copy)
    except Exception:  # the storage is a remote service and fails in its own ways
        logger.exception("document %s could not be read for a preview", document.pk)
        return Preview(Outcome.MISSING)
    preview = preview_from(ended)
    if ended.timed_out or ended.flooded or ended.code:
        logger.warning("preview of document %s: %s, child ended with %s", document.pk, preview.outcome, ended.code)
    return preview
