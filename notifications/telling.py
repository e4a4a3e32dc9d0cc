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

    Sends ``mail_moved`` for each, in one transaction with the note that it was told. A receiver that raises takes back
    what it did itself, and nothing else: that is logged, and told again by ``tell_fates``, before what came later of
    the same mail.
    """
    if not mail_ids:
        return 0
    apply_kept_reports(mail_ids)
    with transaction.atomic():
        untold = MailFate.objects.filter(mail__in=mail_ids, told_at=None).select_for_update(of=("self",))
        told, failed = [], {}
        for noted in untold.select_related("mail").order_by("pk"):
            if noted.mail_id not in failed:
                if _tell(noted):
                    told.append(noted.pk)
                else:
                    failed[noted.mail_id] = noted.pk
        if told:
            MailFate.objects.filter(pk__in=told).update(told_at=now)
        if failed:
            MailFate.objects.filter(pk__in=failed.values()).update(tries=F("tries") + 1)
    return len(told)


def tell_fates(*, now: datetime) -> int:
    """Tell again what could not be told, what was tried least often first. For the sweep; safe to run by many."""
    untold = MailFate.objects.filter(told_at=None).order_by("tries", "pk").values_list("mail", flat=True)
    return sum(tell_fates_of([mail_id], now=now) for mail_id in dict.fromkeys(untold[:AT_ONCE]))


def _tell(noted: MailFate) -> bool:
    """Tell one fate; False when a receiver raised."""
    try:
        with transaction.atomic():
            mail_moved.send(
                sender=OutgoingEmail,
                mail=noted.mail,
                fate=Fate(noted.fate),
                at=noted.at,
                reason=noted.reason,
                about_recipient=noted.about_recipient,
            )
    except Exception:
        logger.exception("what became of mail %s (%s) could not be followed", noted.mail_id, noted.fate)
        return False
    return True
