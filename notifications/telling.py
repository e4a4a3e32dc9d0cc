"""Telling the rooms that sent a mail what became of it: each fate once for each sending, and none forgotten.

A fate is written in the transaction that writes the mail's status, and told right after it in one of its own, which
also notes that it was told. Thus a receiver that raises takes back what it did and the note, never the status; the
sweep tells it again. Fates of one mail are told in the order in which they were written.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F

from notifications.fates import Fate
from notifications.models import MailFate, OutgoingEmail
from notifications.signals import mail_moved

logger = logging.getLogger(__name__)
AT_ONCE = 200


def note_fate(mail: OutgoingEmail, fate: Fate, *, at: datetime, reason: str = "") -> None:
    """Write down what became of a mail, inside the transaction that writes its status. Twice is once."""
    noted = MailFate(mail=mail, fate=fate, sending=mail.sending, at=at, reason=reason[:700])
    MailFate.objects.bulk_create([noted], ignore_conflicts=True)


def tell_fates_of(mail_id: int, *, now: datetime) -> int:
    """Tell what is untold of one mail and return how much that was; ends at the first that a receiver refused.

    Sends ``mail_moved``. Never raises for what a receiver does: that is logged, and told again by ``tell_fates``.
    """
    told = 0
    for noted in MailFate.objects.filter(mail=mail_id, told_at=None).select_related("mail").order_by("pk"):
        if not _tell(noted, now=now):
            break
        told += 1
    return told


def tell_fates(*, now: datetime) -> int:
    """Tell again what could not be told, what was tried least often first. For the sweep; safe to run by many."""
    untold = MailFate.objects.filter(told_at=None).order_by("tries", "pk").values_list("mail", flat=True)
    return sum(tell_fates_of(mail_id, now=now) for mail_id in dict.fromkeys(untold[:AT_ONCE]))


def _tell(noted: MailFate, *, now: datetime) -> bool:
    """Tell one fate. The update waits for whoever is telling it just now; False when a receiver raised."""
    this = MailFate.objects.filter(pk=noted.pk)
    try:
        with transaction.atomic():
            if this.filter(told_at=None).update(told_at=now):
                mail_moved.send(
                    sender=OutgoingEmail, mail=noted.mail, fate=Fate(noted.fate), at=noted.at, reason=noted.reason
                )
    except Exception:
        logger.exception("what became of mail %s (%s) could not be followed", noted.mail_id, noted.fate)
        this.update(tries=F("tries") + 1)
        return False
    return True
