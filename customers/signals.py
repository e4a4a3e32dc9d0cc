"""The one call upwards: what a customer did, or what became of the message to it, moves the claim behind the request."""

from enum import StrEnum

from django.dispatch import Signal


class ConsentMove(StrEnum):
    """What the claim behind a request has to follow, in the same transaction."""

    DENIED = "denied"
    ITEMS_DENIED = "items_denied"
    RESTORED = "restored"
    CONSENTED = "consented"
    WINDOW_STARTED = "window_started"
    UNDELIVERABLE = "undeliverable"
    WRONG_PERSON = "wrong_person"
    HANDED_OVER = "handed_over"


# Sent with ``send`` inside the transaction of the move. Arguments: consent (ConsentRequest, with its new values already
# set), move (ConsentMove), now (datetime), and ``items`` (keys) with ITEMS_DENIED. A receiver that raises RuleViolation
# undoes the move. The receiver locks the claim first and the request is written after it: claims end in that order too.
consent_moved = Signal()
