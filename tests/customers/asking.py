"""A customer that is asked for consent."""

import re

from customers.consent import Item, ask_for_consent
from tests.factories import NOW, TenantFactory


def items(*texts):
    return [Item(f"product:{number}", text) for number, text in enumerate(texts, 1)]


def ask(reference="1000001", **changes):
    values = {
        "solution_area": "microsoft_365",
        "tenant": changes.pop("tenant", None) or TenantFactory(admin_emails=[]),
        "domain": "contoso.example",
        "customer_name": "Teo Lupu",
        "customer_email": "teo@contoso.example",
        "items": items("EXCHANGE ONLINE, EXO"),
        "partner_name": "FridayINC",
        "partner_contact_name": "Ola Demmo",
        "partner_contact_email": "ola@friday.example",
        "now": NOW,
        **changes,
    }
    return ask_for_consent(reference=reference, **values)


def token_of(mail):
    return re.search(r"/consent/([\w-]{43})/", mail.text)[1]
