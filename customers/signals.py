"""The one call upwards: what a customer did, or what became of the message to it, moves the claim behind the request."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.dispatch import Signal
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from kit.errors import RuleViolation, StaleRecord

if TYPE_CHECKING:
    from customers.models import ConsentRequest


class ConsentMove(StrEnum):
    """What the claim behind a request has to follow, in the same transaction."""

    DENIED = "denied"
    ITEMS_DENIED = "items_denied"
    RESTORED = "restored"
    ITEMS_RESTORED = "items_restored"
    CONSENTED = "consented"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"
    NOT_SENT = "not_sent"
    WRONG_PERSON = "wrong_person"
    HANDED_OVER = "handed_over"


CHANGED = _("This association has changed in the meantime. Open it again to see how it stands.")
# Sent with ``send`` inside the transaction of the move. Arguments: consent (ConsentRequest, with its new values already
# set), move (ConsentMove), now (datetime), and ``items`` (keys) with ITEMS_DENIED and ITEMS_RESTORED. A receiver that raises RuleViolation
# undoes the move. The receiver locks the claim first and the request is written after it: claims end in that order too.
consent_moved = Signal()


def move_claim(consent: "ConsentRequest", move: ConsentMove, *, now: datetime, **said: Any) -> None:
    """Let the claim behind the request follow a move; ``said`` goes along.

    The customer may speak another language: what is written down for the partner and for reviewers is written in the
    portal's own. Raises the receiver's RuleViolation in the customer's language; one that is not written for customers, as
    what somebody changed at the same moment, becomes a sentence that is.
    """
    try:
        with override(settings.LANGUAGE_CODE):
            consent_moved.send(sender=type(consent), consent=consent, move=move, now=now, **said)
    except StaleRecord as stale:
        raise StaleRecord(str(CHANGED)) from stale
    except RuleViolation as violation:
        told = gettext(violation.message)
        unknown = told == violation.message and not (get_language() or "").startswith("en")
        raise type(violation)(str(CHANGED) if unknown else told) from violation
