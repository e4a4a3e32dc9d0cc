"""One proof of execution file on its way in: its name, size, kind and content are looked at before it is kept."""

import hashlib
import logging
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from claims.actors import Actor
from claims.models import Claim, Document
from kit.errors import RuleViolation
from kit.scanning import ScannerAway, installed_scanner
from kit.uploads import identify

logger = logging.getLogger(__name__)
_MEGABYTE = 1024 * 1024


class FileRefused(RuleViolation):
    """A file is refused; the sentence belongs beside the field that took it."""


def checked_file(claim: Claim, *, upload: UploadedFile, actor: Actor, now: datetime, note: str = "") -> Document:
    """The document that the upload would become: neither row nor file is stored yet (Q25).

    Raises FileRefused with a sentence that names the file when it is empty, too large, not what its name says, or held for
    malware; also when an installation with a scanner gets no answer from it.
    """
    name = PurePath(upload.name or "document").name[-255:]
    if not upload.size:
        raise FileRefused(gettext("«{name}» is empty.").format(name=name))
    if upload.size > settings.MAX_DOCUMENT_BYTES:
        raise FileRefused(
            gettext("«{name}» is larger than {megabytes} MB.").format(name=name, megabytes=max_megabytes())
        )
    try:
        kind = identify(cast(BinaryIO, upload.file), name)
    except RuleViolation as refusal:
        raise FileRefused(refusal.message) from refusal
    _require_clean(claim, upload=upload, name=name)
    return Document(
        claim=claim, file=upload, name=name, kind=kind, size=upload.size, sha256=_sha256(upload), note=note,
        uploaded_by=actor.user, uploaded_at=now,
    )  # fmt: skip


def _require_clean(claim: Claim, *, upload: UploadedFile, name: str) -> None:
    """Let the scanner look, where there is one. Nothing is kept of what it refuses; the log names claim and malware."""
    scanner = installed_scanner()
    if scanner is None:
        return
    try:
        found = scanner.malware_in(cast(BinaryIO, upload.file))
    except ScannerAway as away:
        logger.warning("A document of claim %s could not be scanned: %s", claim.pk, away)
        raise FileRefused(
            gettext(
                "«{name}» could not be checked for malware just now, so it was not kept. Try again in a few minutes."
            ).format(name=name)
        ) from away
    if found:
        logger.warning("Malware in a document for claim %s: %s", claim.pk, found)
        raise FileRefused(
            gettext("«{name}» was refused: the scanner for malware found {malware} in it.").format(
                name=name, malware=found
            )
        )


def max_megabytes() -> int:
    """The largest size of one file, in whole megabytes, as pages and refusals print it."""
    return settings.MAX_DOCUMENT_BYTES // _MEGABYTE


def _sha256(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
