"""Bodies of mail that are no longer kept: those with a personal link once they left, all others when they are old."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from notifications.models import OutgoingEmail
from notifications.models.mail import GIVEN_UP, LEFT

# Kept in rows as they are here, and translated where they are shown.
BLANKED = gettext_noop("The body held a personal link and was removed once the mail had left.")
PURGED = gettext_noop("The body was removed for its age; who got the mail, and when, is kept.")
AT_ONCE = 1000


def without_secrets(mail: OutgoingEmail) -> dict[str, object]:
    """The changes that blank the body of a mail that has left, when it holds a secret link; none for other mail."""
    return {"text": BLANKED, "html": ""} if mail.sensitive else {}


def is_body_gone(mail: OutgoingEmail) -> bool:
    """Whether the mail could only be sent again without what it said."""
    return mail.purged_at is not None or (mail.sensitive and mail.text == BLANKED)


def purge_old_bodies(*, now: datetime) -> int:
    """Remove the bodies of mail that left, failed or was withheld MAIL_BODY_DAYS ago or earlier; return how many.

    Row, subject, recipients, status and times are kept. Mail that is queued keeps its body whatever its age, and one
    that staff queue again counts anew. After that time nobody can send a failed mail again; until then its body, with
    any secret link in it, lies in the table and in backups.
    """
    before = now - timedelta(days=settings.MAIL_BODY_DAYS)
    left = OutgoingEmail.objects.filter(status__in=LEFT, purged_at=None, sent_at__lte=before).order_by("sent_at")
    given_up = OutgoingEmail.objects.filter(status__in=GIVEN_UP, purged_at=None, given_up_at__lte=before)
    return _purge(left, now=now) + _purge(given_up.order_by("given_up_at"), now=now)


def _purge(old: QuerySet[OutgoingEmail], *, now: datetime) -> int:
    purged = 0
    while some := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        purged += old.order_by().filter(pk__in=some).update(text=PURGED, html="", purged_at=now)
    return purged
