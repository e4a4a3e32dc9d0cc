"""Telling the rooms that sent a mail what became of it: each fate once for each sending, and none forgotten.

A fate is written in the transaction that writes the mail's status, and told after it in one of its own, which also
notes that it was told. Thus a receiver that raises takes back what it did and the note, never the status; the sweep
tells it again. Fates of one mail are told in the order in which they were written.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from notifications.applying import apply_kept_reports
from notifications.fates import Fate
from notifications.models import MailFate, OutgoingEmail
from notifications.signals import mail_moved

logger = logging.getLogger(__name__)
AT_ONCE = 200


def tell_fates_of(mail_ids: Sequence[int], *, now: datetime) -> int:
    """Apply the reports that came early, tell what is untold of these mails, and return how much that was.

    Sends ``mail_moved`` for each. Never raises for what a receiver does: that is logged, and told again by
    ``tell_fates``, for one mail never out of order. Several mails are told in one transaction, which is quicker; when
    a receiver raises there, all of it is taken back and each is told by itself.
    """
    if not mail_ids:
        return 0
    apply_kept_reports(mail_ids)
    try:
        with transaction.atomic():
            return _tell_together(mail_ids, now=now)
    except Exception as error:
        logger.info("what became of %s mails is told one by one: %s", len(mail_ids), error)
    return sum(_tell_one_by_one(mail_id, now=now) for mail_id in mail_ids)


def tell_fates(*, now: datetime) -> int:
    """Tell again what could not be told, what was tried least often first. For the sweep; safe to run by many."""
    untold = MailFate.objects.filter(told_at=None).order_by("tries", "pk").values_list("mail", flat=True)
    return sum(tell_fates_of([mail_id], now=now) for mail_id in dict.fromkeys(untold[:AT_ONCE]))


def _tell_together(mail_ids: Sequence[int], *, now: datetime) -> int:
    """Tell inside the caller's transaction; the lock waits for whoever tells the same just now."""
    untold = MailFate.objects.filter(mail__in=mail_ids, told_at=None).select_for_update(of=("self",))
    noted = list(untold.select_related("mail").order_by("pk"))
    for each in noted:
        mail_moved.send(sender=OutgoingEmail, mail=each.mail, fate=Fate(each.fate), at=each.at, reason=each.reason)
    if noted:
        MailFate.objects.filter(pk__in=[each.pk for each in noted]).update(told_at=now)
    return len(noted)


def _tell_one_by_one(mail_id: int, *, now: datetime) -> int:
    """Each fate of a mail in a transaction of its own, up to the first that a receiver refuses."""
    told = 0
    for noted in MailFate.objects.filter(mail=mail_id, told_at=None).select_related("mail").order_by("pk"):
        this = MailFate.objects.filter(pk=noted.pk)
        try:
            with transaction.atomic():
                if this.filter(told_at=None).update(told_at=now):
                    mail_moved.send(
                        sender=OutgoingEmail, mail=noted.mail, fate=Fate(noted.fate), at=noted.at, reason=noted.reason
                    )
                    told += 1
        except Exception:
            logger.exception("what became of mail %s (%s) could not be followed", noted.mail_id, noted.fate)
            this.update(tries=F("tries") + 1)
            break
    return told
