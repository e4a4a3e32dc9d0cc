"""Kept messages: filled in for a claim, and put into the message that is being written."""

from claims.findings import fill_in
from claims.models import Claim
from review.models import CannedMessage


def fill_message(kept: CannedMessage, claim: Claim) -> str:
    """The text of a kept message with the claim's name and number, the customer and the partner filled in."""
    values = {"claim": str(claim), "customer": claim.customer_domain, "partner": claim.organization.name}
    return fill_in(kept.text, values)


def insert_message(typed: str, kept: CannedMessage, claim: Claim) -> str:
    """What was typed, and the kept message below it; nothing is inserted a second time."""
    text = fill_message(kept, claim)
    return typed if text in typed else "\n\n".join(part for part in (typed.strip(), text) if part)
