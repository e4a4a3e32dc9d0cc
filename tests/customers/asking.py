"""A customer that is asked for consent."""

import re

from customers.center.codes import addresses_of
from customers.consent import Item, ask_for_consent
from notifications.models import OutgoingEmail
from tests.factories import NOW, OrganizationFactory, TenantFactory


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
        "partner": changes.pop("partner", None) or OrganizationFactory(),
        "partner_name": "FridayINC",
        "partner_contact_name": "Ola Demmo",
        "partner_contact_email": "ola@friday.example",
        "now": NOW,
        **changes,
    }
    return ask_for_consent(reference=reference, **values)


def token_of(mail):
    return re.search(r"/consent/([\w-]{43})/", mail.text)[1]


def code_of(mail):
    return re.search(r"\b(\d{6})\b", mail.text)[1]


def enter_center(client, consent, *, email=""):
    """Open the center as ``email`` (else the contact) by the code that the portal mails, and return the first page."""
    token = token_of(OutgoingEmail.objects.filter(kind="consent.request", reference=consent.reference).latest("pk"))
    link = consent.links.latest("pk")
    place = addresses_of(link).index(email or link.sent_to)
    sent = client.post(f"/consent/center/enter/{token}/", {"address": place})
    assert sent.status_code == 302
    code = code_of(OutgoingEmail.objects.filter(kind="consent.code").latest("pk"))
    return client.post(f"{sent['Location']}", {"code": code}, follow=True)
