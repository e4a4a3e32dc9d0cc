"""The outbox: the only writer of new mail. A mail is a row first, written with what it tells of, or not at
all.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from notifications.models import OutgoingEmail
from notifications.nudge import nudge

Status = OutgoingEmail.Status


def enqueue(
    *,
    kind: str,
    to: Sequence[str],
    subject: str,
    text: str,
    html: str,
    reference: str,
    dedupe_key: str,
    now: datetime,
    cc: Sequence[str] = (),
    reply_to: str = "",
    sensitive: bool = False,
) -> OutgoingEmail:
    """Queue one mail inside the caller's transaction, and ask a worker to send it once that commits.

    A second call with the same ``dedupe_key`` returns the first row and queues nothing. The Message-ID is
    drawn here, so that every attempt carries the same one. Line breaks in the subject become spaces.
    ``sensitive`` marks a mail whose body holds a secret link. Raises TransactionManagementError outside a
    transaction, ValueError without a recipient.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Mail is queued inside the transaction of what it tells of.")
    recipients = _once(to)
    if not recipients:
        raise ValueError("A mail needs a recipient.")
    values = {
        "kind": kind,
        "to": recipients,
        "cc": _once(cc, but=recipients),
        "reply_to": reply_to,
        "subject": " ".join(subject.split())[:250],
        "text": text,
        "html": html,
        "reference": reference,
        "sensitive": sensitive,
        "message_id": _new_message_id(),
        "next_attempt_at": now,
        "created_at": now,
    }
    email, created = OutgoingEmail.objects.get_or_create(dedupe_key=dedupe_key, defaults=values)
    if created:
        _nudge_after_commit()
    return email


def send_again(email: OutgoingEmail, *, now: datetime) -> bool:
    """Queue a failed or withheld mail anew, with all its attempts ahead. False when it is neither."""
    with transaction.atomic():
        again = OutgoingEmail.objects.filter(pk=email.pk, status__in=[Status.FAILED, Status.WITHHELD])
        if not again.update(status=Status.QUEUED, attempts=0, next_attempt_at=now, last_error=""):
            return False
        _nudge_after_commit()
    return True


def withhold(email: OutgoingEmail) -> bool:
    """Keep a queued mail from being sent. False when it is not queued (any more)."""
    return bool(OutgoingEmail.objects.filter(pk=email.pk, status=Status.QUEUED).update(status=Status.WITHHELD))


def withhold_all(*, kind: str, reference: str) -> int:
    """Keep back every queued mail of a kind about ``reference``, because what it says is no longer true."""
    queued = OutgoingEmail.objects.filter(kind=kind, reference=reference, status=Status.QUEUED)
    return queued.update(status=Status.WITHHELD)


def _once(addresses: Iterable[str], but: Iterable[str] = ()) -> list[str]:
    """Each address once, whatever its case, in the order given, without those in ``but``."""
    seen = {address.lower() for address in but}
    kept = []
    for address in addresses:
        if address and address.lower() not in seen:
            seen.add(address.lower())
            kept.append(address)
    return kept


def _new_message_id() -> str:
    host = urlsplit(settings.PORTAL_URL).hostname or ""
    return f"<{uuid.uuid4()}@{host if host and ':' not in host else 'localhost'}>"


def _nudge_after_commit() -> None:
    """Nudge once per transaction, however many mails it queues."""
    if not any(waiting[1] is nudge for waiting in transaction.get_connection().run_on_commit):
        transaction.on_commit(nudge, robust=True)
