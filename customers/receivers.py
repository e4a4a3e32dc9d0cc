"""What became of a consent mail moves the days to opt out (Q7). Mail knows nothing of consent, so it only tells."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from customers.consent import CONSENT_MAIL, clock
from customers.models import ConsentLink
from notifications.fates import Fate
from notifications.models import OutgoingEmail
from notifications.signals import mail_moved


@receiver(mail_moved)
def follow_mail(
    sender: Any, *, mail: OutgoingEmail, fate: Fate, at: datetime, reason: str, about_recipient: bool, **kwargs: Any
) -> None:
    """Start, extend or stop the days to opt out of the request that a consent mail asks about.

    What says nothing about the recipient is the portal's own trouble: no address is wrong for it, and its reason is for
    those who run the portal.
    """
    if mail.kind != CONSENT_MAIL:
        return
    digest = mail.dedupe_key.removeprefix("consent:")
    link = ConsentLink.objects.filter(token_digest=digest).first()
    if link is None:
        return
    match fate:
        case Fate.SENT:
            clock.note_sent(link, now=at)
        case Fate.DELIVERED:
            clock.note_delivered(link, at=at, now=timezone.now())
        case Fate.BOUNCED | Fate.FAILED if about_recipient:
            clock.note_undeliverable(link, reason=reason, now=timezone.now())
        case Fate.FAILED:
            clock.note_not_sent(link, now=timezone.now())
        case _:
            pass
