"""The question to the customer: asked, answered, and at an end (R180 to R187).

Consent needs no action (R182). The link in the message is the customer's key: it works for as long as the request
exists, before and after the opt-out date (Q2, Q36).
"""

from customers.consent.answering import COMMENT_LENGTH, confirm, deny, deny_items, restore
from customers.consent.asking import CONSENT_MAIL, Item, ask_for_consent, inform, readdress
from customers.consent.ending import narrow, withdraw
from customers.consent.links import find_link, find_request

__all__ = [
    "COMMENT_LENGTH",
    "CONSENT_MAIL",
    "Item",
    "ask_for_consent",
    "confirm",
    "deny",
    "deny_items",
    "find_link",
    "find_request",
    "inform",
    "narrow",
    "readdress",
    "restore",
    "withdraw",
]
