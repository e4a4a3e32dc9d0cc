"""Promises about documents: every row has its file, every file its row, and the bytes are those that were uploaded."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage

from claims.models import Document
from cpor_portal.backup.archive import chunks_of, measured
from cpor_portal.stored_files import stored_names

WITHOUT_FILE = "documents_have_files"
WITHOUT_ROW = "files_have_documents"
DIFFERENT = "files_are_what_was_uploaded"
SENTENCES = {
    WITHOUT_FILE: ("A document has no file in the storage.", "document"),
    WITHOUT_ROW: ("A file in the storage belongs to no document.", "file"),
    DIFFERENT: ("A file is not the one that was uploaded.", "document"),
}
UPLOAD = timedelta(minutes=10)
PAGE = 500


def compare_files(*, now: datetime, settled: bool) -> dict[str, list[str]]:
    """Compare rows and storage both ways. Unless ``settled``, what uploads and removals of this moment explain is excused.

    The storage is listed first: a file without a row then may be an upload whose row comes a moment later, and a row
    without a file one that came after the listing, which a second look tells.
    """
    there = set(stored_names())
    rows = dict(Document.objects.values_list("file", "pk"))
    lost = [rows[name] for name in rows.keys() - there if not default_storage.exists(name)]
    still = Document.objects.filter(pk__in=lost).order_by("pk").values_list("pk", flat=True)
    orphans = sorted(there - rows.keys())
    if not settled:
        orphans = [name for name in orphans if not _is_fresh(name, now=now)]
        known = set(Document.objects.filter(file__in=orphans).values_list("file", flat=True))
        orphans = [name for name in orphans if name not in known]
    return {WITHOUT_FILE: [str(pk) for pk in still], WITHOUT_ROW: orphans}


def different_files() -> Iterator[str]:
    """Keys of documents whose file has other bytes than were uploaded. Reads every file."""
    last = 0
    while page := list(Document.objects.filter(pk__gt=last).order_by("pk")[:PAGE]):
        for each in page:
            try:
                with default_storage.open(str(each.file.name)) as file:
                    intact = measured(chunks_of(file)) == (each.size, each.sha256)
            except FileNotFoundError:
                continue  # that is another finding
            if not intact:
                yield str(each.pk)
        last = page[-1].pk


def _is_fresh(name: str, *, now: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) > now - UPLOAD
    except FileNotFoundError:
        return True  # removed since it was listed
