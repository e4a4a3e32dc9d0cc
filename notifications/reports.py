"""What carriers report of mail: kept once, and applied to the mail it is about."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from notifications.applying import apply_reports
from notifications.models import DeliveryReport, OutgoingEmail
from notifications.telling import tell_fates_of

logger = logging.getLogger(__name__)
Kind = DeliveryReport.Kind
Status = OutgoingEmail.Status
STAFF = "staff"


def record_report(
    mail_id: int,
    *,
    kind: DeliveryReport.Kind,
    recipient: str,
    provider: str,
    event_id: str,
    at: datetime,
    now: datetime,
    description: str = "",
) -> bool:
    """Keep one report and apply it to its mail; False when the same event was reported before.

    Tells the rooms above what became of the mail. Raises OutgoingEmail.DoesNotExist.
    """
    with transaction.atomic():
        mail = OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=mail_id)
        about = recipient or (mail.to[0] if len(mail.to) + len(mail.cc) == 1 else "")
        values = {
            "mail": mail, "kind": kind, "recipient": about[:254], "at": at, "received_at": now,
            "description": " ".join(description.split())[:500],
        }  # fmt: skip
        _, created = DeliveryReport.objects.get_or_create(provider=provider, event_id=event_id, defaults=values)
        if created:
            apply_reports(mail)
    if created:
        logger.info("mail %s (%s): reported %s by %s", mail.pk, mail.kind, kind, provider)
        tell_fates_of([mail.pk], now=now)
    return created


def mark_bounced(mail: OutgoingEmail, *, now: datetime) -> bool:
    """Note that a mail came back, for installations whose mail server reports nothing. False when it has not left, or
    has bounced already.

    Counts as a report by staff for every recipient in To, so the rooms above are told as of any bounce.
    """
    if not OutgoingEmail.objects.filter(pk=mail.pk, status__in=(Status.SENT, Status.DELIVERED)).exists():
        return False
    said = gettext("Staff received the bounce.")
    new = [
        record_report(
            mail.pk, kind=Kind.BOUNCED, recipient=recipient, provider=STAFF, now=now, at=now,
            event_id=f"{mail.pk}-{mail.sending}-{number}", description=said,
        )
        for number, recipient in enumerate(mail.to)
    ]  # fmt: skip
    return any(new)
