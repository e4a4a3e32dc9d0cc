"""Nobody follows the message while an association is denied; once the denial is taken back, that is made up for."""

from datetime import datetime

from customers.consent.asking import queue_mail
from customers.consent.clock import note_sent, note_undeliverable
from customers.models import ConsentRequest, Tenant
from notifications.fates import Fate
from notifications.models import MailFate, OutgoingEmail

Status = OutgoingEmail.Status


def catch_up(consent: ConsentRequest, *, now: datetime) -> None:
    """Follow what became of the newest message, and write it anew when it had not left by the denial, which withheld it.

    The days to opt out that could not begin meanwhile begin now: no customer has fewer of them for having denied. Does
    nothing for a message that was known to have left, or not to have arrived. Needs an open transaction.
    """
    link = consent.links.latest("pk")
    if not consent.asks:
        return
    mail = OutgoingEmail.objects.filter(dedupe_key=f"consent:{link.token_digest}").first()
    match mail.status if mail else None:
        case Status.QUEUED:
            pass
        case Status.SENT | Status.DELIVERED:
            note_sent(link, now=now, left_at=mail.sent_at if mail else None)
        case Status.BOUNCED:
            bounce = MailFate.objects.filter(mail=mail, fate=Fate.BOUNCED).latest("pk")
            note_undeliverable(link, reason=bounce.reason, now=now)
        case _ if not consent.undeliverable_at:
            queue_mail(consent, tenant=Tenant.objects.filter(tenant_id=consent.tenant_id).first(), now=now)
