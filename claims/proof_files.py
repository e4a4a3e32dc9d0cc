"""One proof of execution file on its way in: its name, size, kind and content are looked at before it is kept."""

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from claims.actors import Actor
from claims.models import Claim, Document
from kit.errors import RuleViolation
from kit.uploads import identify

_MEGABYTE = 1024 * 1024


class FileRefused(RuleViolation):
    """A file is refused; the sentence belongs beside the field that took it."""


def checked_file(claim: Claim, *, upload: UploadedFile, actor: Actor, now: datetime, note: str = "") -> Document:
    """The document that the upload would become: neither row nor file is stored yet (Q25).

    Raises FileRefused with a sentence that names the file when it is empty, too large, or not what its name says.
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
    return Document(
        claim=claim, file=upload, name=name, kind=kind, size=upload.size, sha256=_sha256(upload), note=note,
        uploaded_by=actor.user, uploaded_at=now,
    )  # fmt: skip


def max_megabytes() -> int:
    """The largest size of one file, in whole megabytes, as pages and refusals print it."""
    return settings.MAX_DOCUMENT_BYTES // _MEGABYTE


def _sha256(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
