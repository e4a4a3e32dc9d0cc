"""Probes of what belongs to no room: the store of documents, and the scanner for malware."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.models import Document
from kit.scanning import Scanner
from operations.bounds import bounded_queries
from operations.health import Answer, declare_probe

MISSING = Answer("missing", well=False)
NOT_WRITABLE = Answer("not writable", well=False)


def declare_probes() -> None:
    """Called once, when the portal starts."""
    says = _("Where uploaded documents are kept.")
    declare_probe("storage", storage_answers, says=says, needed_by="work", keep_seconds=10)
    says = _("Looks for malware in documents before they are kept. Without an answer no document is taken.")
    declare_probe("scanner", scanner_answers, says=says, needed_by="work", keep_seconds=10)


def storage_answers() -> Answer:
    """Whether the store itself is there, not a file in it: of a bucket that is gone S3 says the same as of a file."""
    if isinstance(default_storage, FileSystemStorage):
        return _directory_answers(Path(default_storage.location))
    return _bucket_answers(default_storage)


def scanner_answers() -> Answer:
    """Asks the scanner how old its signatures are: with old ones it finds little. An installation without one is ready too."""
    if not settings.CLAMD_URL:
        return Answer("not installed")
    made_at = Scanner(settings.CLAMD_URL, seconds=1.5).signatures_made_at()
    if made_at is None:
        return Answer("no signatures", well=False)
    days = max(0, (timezone.now() - made_at).days)
    if days > settings.CLAMD_SIGNATURE_DAYS:
        return Answer("old signatures", well=False, facts={"signature_days": days})
    return Answer("ok", facts={"signature_days": days})


def _bucket_answers(storage: Any) -> Answer:
    """One request, nothing written. Raises whatever else than a missing bucket is the matter."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded with the store, where there is one

    try:
        storage.connection.meta.client.head_bucket(Bucket=storage.bucket_name)
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            return MISSING
        raise
    return Answer("ok")


def _directory_answers(location: Path) -> Answer:
    """The directory is there and takes files; before the first document it need not be there, as long as it can be made."""
    if location.is_dir():
        return Answer("ok") if os.access(location, os.W_OK | os.X_OK) else NOT_WRITABLE
    if os.path.lexists(location) or _has_documents():
        return MISSING
    above = next(each for each in location.parents if os.path.lexists(each))
    return Answer("ok") if above.is_dir() and os.access(above, os.W_OK | os.X_OK) else NOT_WRITABLE


def _has_documents() -> bool:
    try:
        with bounded_queries():
            return Document.objects.exists()
    finally:
        connection.close()  # the probe's thread has one of its own
