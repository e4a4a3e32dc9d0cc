"""The question to the customer: asked, answered, and at an end (R180 to R187).

Consent needs no action (R182). The link in the message is the customer's key: it works for as long as the request
exists, before and after the opt-out date (Q2, Q36).
"""

from customers.consent.answering import COMMENT_LENGTH, comment_too_long, confirm, deny, deny_items
from customers.consent.asking import CONSENT_MAIL, Item, ask_for_consent, readdress
from customers.consent.deny_all import AllDenied, deny_all
from customers.consent.ending import narrow, withdraw
from customers.consent.handing_over import hand_over, report_wrong_person
from customers.consent.links import find_link, find_request
from customers.consent.recipients import copies_of, works_for
from customers.consent.taking_back import restore, restore_items

__all__ = [
    "COMMENT_LENGTH",
    "CONSENT_MAIL",
    "AllDenied",
    "Item",
    "ask_for_consent",
    "comment_too_long",
    "confirm",
    "copies_of",
    "deny",
    "deny_all",
    "deny_items",
    "find_link",
    "find_request",
    "hand_over",
    "narrow",
    "readdress",
    "report_wrong_person",
    "restore",
    "restore_items",
    "withdraw",
    "works_for",
]
