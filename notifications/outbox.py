"""The outbox: the only writer of new mail. A mail is a row first, written with what it tells of, or not at
all.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kit.errors import RuleViolation
from notifications.addresses import same_address
from notifications.applying import CAME_BACK
from notifications.bodies import is_body_gone
from notifications.models import OutgoingEmail
from notifications.models.mail import NEEDS_ATTENTION, TROUBLE
from notifications.nudge import nudge

Status = OutgoingEmail.Status
# Queued, or leased by a sender that has not begun with it: begun it is in one statement, which then finds no lease.
WAITING = Q(status=Status.QUEUED) | Q(status=Status.LEASED, attempt_started_at=None)
BODY_GONE = _("This message cannot be sent again: its body is no longer kept. Have it written anew where it came from.")
SUPERSEDED = _(
    "This message cannot be sent again: what it asks or tells is no longer so, or a newer message took its place. Look at "
    "what it is about."
)
USELESS = _(
    "This message cannot be sent again: it was of use for a short time only. Whoever waited for it asks for a new one."
)
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
    useless_after: datetime | None = None,
) -> OutgoingEmail:
    """Queue one mail inside the caller's transaction, and ask a worker to send it once that commits.

    A second call with the same ``dedupe_key`` returns the first row and queues nothing. The Message-ID is
    drawn here, so that every attempt carries the same one. Line breaks in the subject become spaces.
    ``sensitive`` marks a mail whose body holds a secret link; ``language`` is that of its texts. From ``useless_after`` on
    the mail is not sent any more. Raises TransactionManagementError outside a transaction, ValueError without a recipient.
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
        "useless_after": useless_after,
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
    when what it says is no longer true or of use, or its body is no longer kept.
    """
    with transaction.atomic():
        mail = OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=email.pk)
        if mail.status not in (*TROUBLE, Status.WITHHELD):
            return False
        _refuse_stale(mail, now=now)
        OutgoingEmail.objects.filter(pk=mail.pk).update(
            status=Status.QUEUED, attempts=0, mishaps=0, sending=F("sending") + 1, requeued_at=now, next_attempt_at=now,
            delivered_to=_who_has_it(mail), last_error="", seen_to_at=None, given_up_at=None, sent_at=None, delivered_at=None, bounced_at=None,
            complained_at=None,
        )  # fmt: skip
        _nudge_after_commit()
    return True


def _refuse_stale(mail: OutgoingEmail, *, now: datetime) -> None:
    """Raises RuleViolation, with what to do instead, for a mail that must or can not be sent again."""
    if mail.superseded:
        raise RuleViolation(SUPERSEDED)
    if mail.useless_after and mail.useless_after <= now:
        raise RuleViolation(USELESS)
    if is_body_gone(mail):
        raise RuleViolation(BODY_GONE)


def _who_has_it(mail: OutgoingEmail) -> list[str]:
    """Those whose mail server took it, without those from whom it came back."""
    back = list(mail.reports.filter(kind__in=CAME_BACK).values_list("recipient", flat=True))
    return [address for address in mail.delivered_to if not any(same_address(address, other) for other in back)]


def see_to(email: OutgoingEmail, *, now: datetime) -> bool:
    """Note that staff have seen to a failed or bounced mail, so that it asks for attention no more. False for others."""
    return bool(OutgoingEmail.objects.filter(NEEDS_ATTENTION, pk=email.pk).update(seen_to_at=now))


def withhold(email: OutgoingEmail) -> bool:
    """Keep a mail from being sent. False when it is not queued (any more), or a sender is in the middle of it."""
    return bool(OutgoingEmail.objects.filter(WAITING, pk=email.pk).update(**_withheld()))


def withhold_all(*, kind: str, reference: str) -> int:
    """Supersede every mail of a kind about ``reference``, because what it says is no longer true; return how many.

    What waits stays here from now on, also in the hands of a sender that has not begun with it. What a sender is in the
    middle of is sent or withheld, and never tried again. None of it can be sent again or asks for attention.
    """
    told = OutgoingEmail.objects.filter(kind=kind, reference=reference, superseded=False)
    # One statement, whose cases look at the row as it is once its lock is had: it may have been begun or given back meanwhile.
    return told.update(
        superseded=True,
        **{name: Case(When(WAITING, then=value), default=F(name)) for name, value in _withheld().items()},
    )


def _withheld() -> dict[str, Any]:
    return {"status": Value(Status.WITHHELD.value), "leased_until": None, "given_up_at": Now()}


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
