"""What operators see of the outbox: how long mail that is due has waited, and how much waits."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from kit.counting import count_each_up_to
from notifications.leases import due_mail
from notifications.models import OutgoingEmail
from notifications.models.mail import NEEDS_ATTENTION, TROUBLE
from operations.health import Answer
from operations.metrics import Gauge

Status = OutgoingEmail.Status
MOST = 10_000


def oldest_due(*, now: datetime) -> int:
    """Seconds since the oldest queued mail that is due became due; 0 when none is. One query by the index of the sender.

    A mail that waits for its next attempt is not due: one recipient's broken server is no trouble of the installation.
    """
    oldest = due_mail(now=now).aggregate(at=Min("next_attempt_at"))["at"]
    return int((now - oldest).total_seconds()) if oldest else 0


def mail_leaves() -> Answer:
    """Late when mail that is due has waited for longer than MAIL_LATE_SECONDS."""
    waited = oldest_due(now=timezone.now())
    facts = {"oldest_due_seconds": waited}
    late = waited > settings.MAIL_LATE_SECONDS
    return Answer("late" if late else "ok", well=not late, facts=facts)


def mail_gauges() -> Iterator[Gauge]:
    """How much mail is on its way or came to nothing, and since when. Two queries, each answered by partial indexes."""
    now, mails = timezone.now(), OutgoingEmail.objects
    broken = {status: mails.filter(NEEDS_ATTENTION, status=status) for status in TROUBLE}
    moving = {status: mails.filter(status=status) for status in (Status.QUEUED, Status.LEASED)}
    counts = count_each_up_to({status.value: rows for status, rows in (moving | broken).items()}, most=MOST)
    says = f"Messages queued and being sent; failed and bounced that staff have not seen to. Counted up to {MOST:,}."  # unread
    yield Gauge("portal_mail_messages", says, counts, "status")
    says = "Seconds since the oldest message that is due became due."  # unread
    yield Gauge("portal_mail_oldest_due_seconds", says, oldest_due(now=now))
