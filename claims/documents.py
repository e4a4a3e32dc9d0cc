"""Proof of execution files: add, remove, note."""

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from claims.actors import Actor
from claims.enums import ClaimAction, ClaimStatus
from claims.history import record_event
from claims.lifecycle import touch
from claims.models import Claim, Document
from kit.errors import RuleViolation
from kit.uploads import identify

MAX_DOCUMENTS = 10
_MEGABYTE = 1024 * 1024


def add_document(claim: Claim, *, upload: UploadedFile, actor: Actor, now: datetime, note: str = "") -> Document:
    """Attach one file as proof of execution and store it under a random name (R117, R140, Q25).

    Allowed while the claim is editable (R131, R164), never for revenue association (R190). Checks number, size, kind by
    content and whether the same file is attached already; the file leaves the storage again when the row cannot be
    written. Raises RuleViolation with a sentence that names the file.
    """
    name = PurePath(upload.name or "document").name[-255:]
    _require_room(claim)
    if not upload.size:
        raise RuleViolation(f"«{name}» is empty.")
    if upload.size > settings.MAX_DOCUMENT_BYTES:
        raise RuleViolation(f"«{name}» is larger than {settings.MAX_DOCUMENT_BYTES // _MEGABYTE} MB.")
    kind = identify(cast(BinaryIO, upload.file), name)
    digest = _sha256(upload)
    document = Document(
        claim=claim, name=name, kind=kind, size=upload.size, sha256=digest, note=note.strip()[:500],
        uploaded_by=actor.user, uploaded_at=now,
    )  # fmt: skip
    document.file.save(name, upload, save=False)
    try:
        with transaction.atomic():
            touch(claim)
            _require_room(claim)
            document.save()
            record_event(claim, ClaimAction.ADD_DOCUMENT, actor=actor, now=now, data={"document": name})
    except IntegrityError as error:
        document.file.delete(save=False)
        raise RuleViolation(f"«{name}» is already attached to this claim.") from error
    except BaseException:
        document.file.delete(save=False)
        raise
    return document


def remove_document(document: Document, *, actor: Actor, now: datetime) -> None:
    """Remove a file from the claim (R122). What was part of a submission is kept and marked removed (Q24).

    While Microsoft asks for action only files added since then may go. A deleted file leaves the storage after commit.
    """
    claim = document.claim
    _require_editable(claim)
    if document.removed_at is not None:
        return
    if document.first_submission is not None and claim.status != ClaimStatus.EDITING:
        raise RuleViolation(
            f"«{document.name}» was part of your submission and stays with the claim. Add a better one beside it."
        )
    with transaction.atomic():
        touch(claim)
        record_event(claim, ClaimAction.REMOVE_DOCUMENT, actor=actor, now=now, data={"document": document.name})
        if document.first_submission is None:
            storage, stored = document.file.storage, document.file.name
            document.delete()
            transaction.on_commit(lambda: storage.delete(str(stored)))
        else:
            document.removed_at = now
            document.save(update_fields=["removed_at"])


def note_document(document: Document, *, note: str, actor: Actor, now: datetime) -> None:
    """Write the note of one document (R144); an unchanged note writes no history."""
    claim = document.claim
    _require_editable(claim)
    note = note.strip()
    if len(note) > 500:
        raise RuleViolation("A note has at most 500 characters.")
    if note == document.note:
        return
    with transaction.atomic():
        touch(claim)
        document.note = note
        document.save(update_fields=["note"])
        data = {"document": document.name, "note": note}
        record_event(claim, ClaimAction.NOTE_DOCUMENT, actor=actor, now=now, data=data)


def _require_editable(claim: Claim) -> None:
    if not claim.is_editable:
        raise RuleViolation("Documents can be changed only before submission, or when a reviewer asks for more.")


def _require_room(claim: Claim) -> None:
    _require_editable(claim)
    if claim.is_revenue:
        raise RuleViolation("A revenue association needs no proof of execution.")
    if claim.documents.filter(removed_at=None).count() >= MAX_DOCUMENTS:
        raise RuleViolation(f"A claim holds at most {MAX_DOCUMENTS} documents. Remove one first.")


def _sha256(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
