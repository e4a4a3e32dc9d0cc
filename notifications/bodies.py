"""Bodies of mail that are no longer kept: those with a personal link once they left, all others when they are old."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_noop

from notifications.models import OutgoingEmail
from notifications.models.mail import LEFT

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
    """Remove the bodies of mail that left MAIL_BODY_DAYS ago or earlier, and return how many there were.

    Row, subject, recipients, status and times are kept. Mail that has not left keeps its body whatever its age: it is
    queued, or staff may still send it.
    """
    before, purged = now - timedelta(days=settings.MAIL_BODY_DAYS), 0
    old = OutgoingEmail.objects.filter(status__in=LEFT, purged_at=None, sent_at__lte=before)
    while some := list(old.order_by("sent_at").values_list("pk", flat=True)[:AT_ONCE]):
        purged += old.filter(pk__in=some).update(text=PURGED, html="", purged_at=now)
    return purged
