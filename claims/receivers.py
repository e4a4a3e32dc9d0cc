"""The one call from the customer's room: what a customer does, or what became of its message, moves the claim with it."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from claims import consenting
from claims.enums import CustomerTrouble
from customers.models import ConsentRequest
from customers.signals import ConsentMove, consent_moved


@receiver(consent_moved)
def follow_customer(sender: Any, consent: ConsentRequest, move: ConsentMove, now: datetime, **said: Any) -> None:
    """Do to the claim what the move of its consent request asks for, in the same transaction."""
    match move:
        case ConsentMove.DENIED:
            consenting.accept_denial(consent, now=now)
        case ConsentMove.ITEMS_DENIED:
            shared = said["comment"] if said["shared"] else ""
            consenting.accept_part_denial(
                consent, items=said["items"], reasons=said["reasons"], shared_comment=shared, now=now
            )
        case ConsentMove.RESTORED:
            consenting.accept_restoration(consent, now=now)
        case ConsentMove.ITEMS_RESTORED:
            consenting.accept_part_restoration(consent, items=said["items"], now=now)
        case ConsentMove.CONSENTED:
            consenting.note_consent(consent, now=now)
        case ConsentMove.SENT:
            consenting.start_window(consent, now=now)
        case ConsentMove.UNDELIVERABLE:
            consenting.note_not_reached(consent, trouble=CustomerTrouble.UNDELIVERABLE, now=now)
        case ConsentMove.NOT_SENT:
            consenting.note_not_sent(consent, now=now)
        case ConsentMove.WRONG_PERSON:
            consenting.note_not_reached(consent, trouble=CustomerTrouble.WRONG_PERSON, now=now)
        case ConsentMove.HANDED_OVER:
            consenting.note_hand_over(consent, now=now)
