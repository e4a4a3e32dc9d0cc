"""The outbox: the only writer of new mail. A mail is a row first, written with what it tells of, or not at
all.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kit.errors import RuleViolation
from notifications.addresses import same_address
from notifications.applying import CAME_BACK
from notifications.bodies import is_body_gone
from notifications.models import OutgoingEmail
from notifications.models.mail import TROUBLE
from notifications.nudge import nudge

Status = OutgoingEmail.Status
BODY_GONE = _("This message cannot be sent again: its body is no longer kept. Have it written anew where it came from.")
LONGEST_HOST = 40  # with it a Message-ID has at most 80 characters, as many as every provider keeps with a message


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
    language: str = "en",
) -> OutgoingEmail:
    """Queue one mail inside the caller's transaction, and ask a worker to send it once that commits.

    A second call with the same ``dedupe_key`` returns the first row and queues nothing. The Message-ID is
    drawn here, so that every attempt carries the same one. Line breaks in the subject become spaces.
    ``sensitive`` marks a mail whose body holds a secret link; ``language`` is that of its texts. Raises TransactionManagementError outside a
    transaction, ValueError without a recipient.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "Mail is queued inside the transaction of what it tells of."  # unread
        )
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
        "language": language,
        "message_id": _new_message_id(),
        "next_attempt_at": now,
        "created_at": now,
    }
    email, created = OutgoingEmail.objects.get_or_create(dedupe_key=dedupe_key, defaults=values)
    if created:
        _nudge_after_commit()
    return email


def send_again(email: OutgoingEmail, *, now: datetime) -> bool:
    """Queue a failed, bounced or withheld mail anew, with all its attempts ahead. False when it is none of these.

    It goes to those who have not got it; what is reported of the earlier sending counts no more. Raises RuleViolation
    when its body is no longer kept.
    """
    with transaction.atomic():
        mail = OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=email.pk)
        if is_body_gone(mail):
            raise RuleViolation(BODY_GONE)
        if mail.status not in (Status.FAILED, Status.BOUNCED, Status.WITHHELD):
            return False
        OutgoingEmail.objects.filter(pk=mail.pk).update(
            status=Status.QUEUED, attempts=0, mishaps=0, sending=F("sending") + 1, requeued_at=now, next_attempt_at=now,
            delivered_to=_who_has_it(mail), last_error="", seen_to_at=None, sent_at=None, delivered_at=None, bounced_at=None,
            complained_at=None,
        )  # fmt: skip
        _nudge_after_commit()
    return True


def _who_has_it(mail: OutgoingEmail) -> list[str]:
    """Those whose mail server took it, without those from whom it came back."""
    back = list(mail.reports.filter(kind__in=CAME_BACK).values_list("recipient", flat=True))
    return [address for address in mail.delivered_to if not any(same_address(address, other) for other in back)]


def see_to(email: OutgoingEmail, *, now: datetime) -> bool:
    """Note that staff have seen to a failed or bounced mail, so that it asks for attention no more. False for others."""
    open_ones = OutgoingEmail.objects.filter(pk=email.pk, status__in=TROUBLE, seen_to_at=None)
    return bool(open_ones.update(seen_to_at=now))


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
    named = host[-LONGEST_HOST:].strip(".-") if ":" not in host else ""
    return f"<{uuid.uuid4()}@{named or 'localhost'}>"


def _nudge_after_commit() -> None:
    """Nudge once per transaction, however many mails it queues."""
    if not any(waiting[1] is nudge for waiting in transaction.get_connection().run_on_commit):
        transaction.on_commit(nudge, robust=True)
