"""A denial keeps back a message that has not left; once the denial is taken back, the customer is asked after all."""

from datetime import datetime

from customers.consent.asking import queue_mail
from customers.models import ConsentRequest, Tenant
from notifications.models import OutgoingEmail

Status = OutgoingEmail.Status
_LEFT = frozenset({Status.SENT, Status.DELIVERED, Status.BOUNCED})
_LEAVING = frozenset({Status.QUEUED, Status.LEASED})


def catch_up(consent: ConsentRequest, *, now: datetime) -> None:
    """Write the newest message anew when it neither left nor is about to leave: the denial withheld it, or it failed.

    What became of one that left was followed meanwhile. Does nothing where nobody is asked, or was not reached. Needs an
    open transaction.
    """
    if not consent.asks or consent.undeliverable_at:
        return
    link = consent.links.latest("pk")
    mail = OutgoingEmail.objects.filter(dedupe_key=f"consent:{link.token_digest}").first()
    if mail is None or not (mail.status in _LEFT or (mail.status in _LEAVING and not mail.superseded)):
        queue_mail(consent, tenant=Tenant.objects.filter(tenant_id=consent.tenant_id).first(), now=now)
