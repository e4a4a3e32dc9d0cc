"""Whether a message is genuine: the reference number printed in it, checked without following a link (F8)."""

from dataclasses import dataclass
from datetime import datetime

from customers.consent.links import find_by_number
from notifications.models import OutgoingEmail


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What the portal knows of a message it sent to a customer."""

    number: str
    sent_at: datetime
    sent_to: str
    partner_name: str
    domain: str
    link_works: bool


def find_message(number: str) -> SentMessage | None:
    """The message with this number, in the form that ``read_number`` gives; None when the portal sent none.

    A message whose link works no more was genuine all the same.
    """
    link = find_by_number(number)
    if link is None:
        return None
    mail = OutgoingEmail.objects.filter(dedupe_key=f"consent:{link.token_digest}").only("sent_at").first()
    return SentMessage(
        number=link.reference_number,
        sent_at=(mail.sent_at if mail else None) or link.created_at,
        sent_to=link.sent_to,
        partner_name=link.consent.partner_name,
        domain=link.consent.domain,
        link_works=link.revoked_at is None,
    )
