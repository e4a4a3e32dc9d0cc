"""Mail and notices of the past: written by the rules as ever, then noted as sent and read, so that nothing leaves."""

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.expressions import CombinedExpression

from customers.consent import CONSENT_MAIL
from notifications.bodies import BLANKED
from notifications.models import Notice, OutgoingEmail

Status = OutgoingEmail.Status
SENDING = timedelta(seconds=4)


def mark_sent(*, reference: str = "") -> int:
    """Note queued mail as sent seconds after it was written, as the sender would have; of one claim, or all of it.

    The body of a mail with a personal link is blanked, as after every sending. Returns how many mails there were.
    """
    queued = OutgoingEmail.objects.filter(status=Status.QUEUED)
    if reference:
        queued = queued.filter(reference=reference)
    changes: dict[str, object] = {
        "status": Status.SENT,
        "sent_at": F("created_at") + SENDING,
        "attempts": 1,
        "delivered_to": CombinedExpression(F("to"), "||", F("cc")),
    }
    secret = queued.filter(sensitive=True).update(**changes, text=BLANKED, html="")
    return secret + queued.update(**changes)


def mark_bounced(*, reference: str, reason: str, at: datetime) -> None:
    """Note the consent mail of a claim as sent, and then as returned."""
    mail = OutgoingEmail.objects.filter(kind=CONSENT_MAIL, reference=reference)
    mail.update(**{"status": Status.BOUNCED, "bounced_at": at, "last_error": reason})


def mark_read(*, now: datetime) -> None:
    """Note the notices of the past as read, but for those of the last day and a half."""
    old = Notice.objects.filter(read_at=None, created_at__lt=now - timedelta(hours=36))
    old.update(read_at=F("created_at") + timedelta(hours=5))
