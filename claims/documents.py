"""Proof of execution files: add, add fresh ones after a decision, remove, note."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from claims.actors import Actor
from claims.enums import ClaimAction, ClaimStatus
from claims.history import record_event
from claims.lifecycle import touch
from claims.models import Claim, Document
from claims.proof_files import FileRefused, checked_file
from kit.errors import RuleViolation

MAX_DOCUMENTS = 10
MAX_NOTE = 500


def add_document(claim: Claim, *, upload: UploadedFile, actor: Actor, now: datetime, note: str = "") -> Document:
    """Attach one file as proof of execution and store it under a random name (R117, R140, Q25).

    Allowed while the claim is editable (R131, R164), never for revenue association (R190). Checks number, size, kind by
    content and whether the same file is attached already; the file leaves the storage again when the row cannot be
    written. Raises RuleViolation with a sentence that names the file.
    """
    _require_room(claim)
    document = checked_file(claim, upload=upload, actor=actor, now=now, note=note.strip()[:MAX_NOTE])
    with _stored([document]), transaction.atomic():
        touch(claim)
        _require_room(claim)
        _write(document, ClaimAction.ADD_DOCUMENT, actor=actor, now=now)
    return document


def refresh_proof(claim: Claim, *, uploads: Sequence[UploadedFile], actor: Actor, now: datetime) -> list[Document]:
    """Add fresh proof of execution to an approved claim, all files or none.

    Should another partner claim the same, the most recent proof counts. The status stays, no review begins, and the
    files there are stay as they are. Each file gets its row of history. Raises RuleViolation with a sentence,
    FileRefused when it is about a file.
    """
    refusal = refusal_to_refresh(claim)
    if refusal:
        raise RuleViolation(refusal)
    if not uploads:
        raise FileRefused(gettext("Choose a file to upload."))
    since = claim.decided_at or now
    fresh = claim.documents.filter(uploaded_at__gt=since).count()
    if fresh + len(uploads) > MAX_DOCUMENTS:
        raise FileRefused(
            gettext("At most {most} documents can be added after the approval. {fresh} are there.").format(
                most=MAX_DOCUMENTS, fresh=fresh
            )
        )
    documents = [checked_file(claim, upload=each, actor=actor, now=now) for each in uploads]
    with _stored(documents), transaction.atomic():
        touch(claim)
        for document in documents:
            document.first_submission = claim.submissions
            _write(document, ClaimAction.REFRESH_POE, actor=actor, now=now)
    return documents


def refusal_to_refresh(claim: Claim) -> str:
    """Why no fresh proof of execution can be added now, as a sentence; empty when it can."""
    if claim.status != ClaimStatus.APPROVED:
        status = ClaimStatus(claim.status).label
        return gettext(
            "Fresh proof of execution can be added only to an approved claim. The status of this claim is {status}."
        ).format(status=status)
    return gettext("A revenue association needs no proof of execution.") if claim.is_revenue else ""


@contextmanager
def documents_of_dispute(
    claim: Claim, *, uploads: Sequence[UploadedFile], actor: Actor, now: datetime
) -> Iterator[list[Document]]:
    """Check and store the files that come with a dispute; the body writes them with ``attach`` in its transaction.

    When the body fails the files leave the storage again. Raises FileRefused with a sentence that names the file.
    """
    if uploads and claim.is_revenue:
        raise FileRefused(gettext("A revenue association needs no proof of execution."))
    if len(uploads) > MAX_DOCUMENTS:
        raise FileRefused(gettext("At most {most} documents can be added to a dispute.").format(most=MAX_DOCUMENTS))
    documents = [checked_file(claim, upload=each, actor=actor, now=now) for each in uploads]
    with _stored(documents):
        yield documents


def attach(documents: Sequence[Document], *, submission: int, actor: Actor, now: datetime) -> None:
    """Write the rows and the history of stored files as part of a submission. Needs an open transaction."""
    for document in documents:
        document.first_submission = submission
        _write(document, ClaimAction.ADD_DOCUMENT, actor=actor, now=now)


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
            gettext(
                "«{document}» was part of your submission and stays with the claim. Add a better one beside it."
            ).format(document=document.name)
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
    if len(note) > MAX_NOTE:
        raise RuleViolation(gettext("A note has at most {most} characters.").format(most=MAX_NOTE))
    if note == document.note:
        return
    with transaction.atomic():
        touch(claim)
        document.note = note
        document.save(update_fields=["note"])
        data = {"document": document.name, "note": note}
        record_event(claim, ClaimAction.NOTE_DOCUMENT, actor=actor, now=now, data=data)


def has_room(claim: Claim, documents: Sequence[Document]) -> bool:
    """Whether one more file fits: ten per claim (Q25). Files that cannot be removed any more do not take up room."""
    counted = [document for document in documents if document.removed_at is None]
    if claim.status != ClaimStatus.EDITING:
        counted = [document for document in counted if document.first_submission is None]
    return len(counted) < MAX_DOCUMENTS


def _require_editable(claim: Claim) -> None:
    if not claim.is_editable:
        raise RuleViolation(
            gettext("Documents can be changed only before submission, or when a reviewer asks for more.")
        )


def _require_room(claim: Claim) -> None:
    _require_editable(claim)
    if claim.is_revenue:
        raise RuleViolation(gettext("A revenue association needs no proof of execution."))
    if not has_room(claim, list(claim.documents.all())):
        raise RuleViolation(
            gettext("A claim holds at most {most} documents. Remove one first.").format(most=MAX_DOCUMENTS)
        )


@contextmanager
def _stored(documents: Sequence[Document]) -> Iterator[None]:
    """Put the files into the storage; they leave it again when anything in the body fails."""
    stored: list[Document] = []
    try:
        for document in documents:
            document.file.save(document.name, document.file.file, save=False)
            stored.append(document)
        yield
    except BaseException:
        for document in stored:
            document.file.delete(save=False)
        raise


def _write(document: Document, action: ClaimAction, *, actor: Actor, now: datetime) -> None:
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        raise FileRefused(
            gettext("«{document}» is already attached to this claim.").format(document=document.name)
        ) from error
    record_event(document.claim, action, actor=actor, now=now, data={"document": document.name})
