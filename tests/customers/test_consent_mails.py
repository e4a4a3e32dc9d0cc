"""The consent mail: who gets it, and word for word what it says."""

import html as html_entities
import re
import uuid

import pytest
from django.utils.html import strip_tags

from customers.consent import ask_for_consent
from customers.models import ConsentLink
from kit.errors import RuleViolation
from notifications.delivery import send_due
from notifications.models import OutgoingEmail
from tests.customers.asking import items
from tests.factories import NOW, OrganizationFactory, TenantFactory

pytestmark = pytest.mark.django_db

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
M365_ITEMS = ["AZURE INFORMATION PROTECTION (AIP), AIP", "EXCHANGE ONLINE, EXO"]
BA_ITEMS = [
    "DYNAMICS 365 ENTERPRISE EDITION - ADDITIONAL PORTAL (QUALIFIED OFFER), "
    "D66656C2-F69B-4488-8035-287EB6711DDC, United States",
    "MICROSOFT DYNAMICS CRM ONLINE BASIC, EBD0569A-643F-46F4-94A0-194EF73B85A2, United States",
]

M365_MAIL = """
Notification of partner association request
Dear Customer,
Partner is requesting to be associated with your Microsoft 365 implementation. If associated, the partner will
be able to
access information regarding your implementation including and limited to the usage (active entitlements) and
the sold seats
(qualified entitlements) for the workload they are implementing at your organization.
If you wish to deny or cancel the above association request click here, otherwise there is no action for you.
If you have any questions, please contact the partner.
Customer name: teo lupu
Tenant/Directory ID: 72F988BF-86F1-41AF-91AB-2D7CD011DB47
Domain: microsoft.com
Product(s): [AZURE INFORMATION PROTECTION (AIP), AIP], [EXCHANGE ONLINE, EXO]
Partner organization name: FridayINC
Partner contact name: organization contact
Partner contact email: contact@partner.example
Thanks, Microsoft
Microsoft respects your privacy. To learn more please read our online Privacy Statement.
{about}
"""
# The sentences of our own: customers suspect what nobody explained to them, and check it without a link (F8).
ABOUT = """
New to this? About partner associations says what is shared, how to deny, and how to tell that this message is real.
Reference number of this message: {number}. To check it without following a link, type
https://portal.example/verify/ into your browser and enter the number there.
"""
SURVEY = """
To provide feedback on the partner to help Microsoft improve your Dynamics 365 experience and get a $25 gift
card, please
take this ~1 minute survey here.
"""
BA_MAIL = """
Notification of partner association request
A Microsoft partner is requesting to be associated with your implementation of Dynamics 365. If associated,
the partner will
be able to access information regarding your implementation including and limited to the usage (active
entitlements) and the
sold seats (qualified entitlements) for the product they are implementing at your organization.
{survey}
If you wish to deny or cancel the above association, please click here, otherwise there is no action for you.
If you have any questions, please contact the partner noted below.
Customer name: teo lupu
Tenant/Directory ID: 72F988BF-86F1-41AF-91AB-2D7CD011DB47
Domain: microsoft.com
Subscription(s): [DYNAMICS 365 ENTERPRISE EDITION - ADDITIONAL PORTAL (QUALIFIED OFFER),
D66656C2-F69B-4488-8035-287EB6711DDC, United States], [MICROSOFT DYNAMICS CRM ONLINE BASIC,
EBD0569A-643F-46F4-94A0-194EF73B85A2, United States]
Partner organization name: FridayINC
Partner contact name: organization contact
Partner contact email: contact@partner.example
Thanks, Microsoft
Microsoft respects your privacy. To learn more please read our online Privacy Statement.
{about}
"""


@pytest.fixture(autouse=True)
def portal_address(settings):
    settings.PORTAL_URL = "https://portal.example"


def about():
    """Our own sentences, with the number of the only message."""
    return ABOUT.format(number=ConsentLink.objects.get().reference_number)


def ask(area="microsoft_365", *, admins=("admin@microsoft.example",), **changes):
    values = {
        "reference": "1000001",
        "solution_area": area,
        "tenant": TenantFactory(tenant_id=uuid.UUID(TENANT), admin_emails=list(admins)),
        "domain": "microsoft.com",
        "customer_name": "teo lupu",
        "customer_email": "teo@microsoft.example",
        "items": items(*(M365_ITEMS if area == "microsoft_365" else BA_ITEMS)),
        "partner": OrganizationFactory(),
        "partner_name": "FridayINC",
        "partner_contact_name": "organization contact",
        "partner_contact_email": "contact@partner.example",
        "now": NOW,
        **changes,
    }
    ask_for_consent(**values)
    return OutgoingEmail.objects.get()


def words(text):
    return " ".join(text.split())


def words_of_text(mail):
    """The plain text without the addresses that stand behind its links."""
    return words(re.sub(r" <http[^>]+>", "", mail.text))


def words_of_html(mail):
    """What a person reads of the HTML: without the styles and the hidden first glimpse."""
    visible = re.sub(r'<(style|title)>.*?</\1>|<div class="glimpse".*?</div>', "", mail.html, flags=re.DOTALL)
    spaced = re.sub(r"</?(td|th|tr|p|h1|br)\b[^>]*>", lambda tag: tag[0] + " ", visible)
    return words(html_entities.unescape(strip_tags(spaced))).removeprefix("Microsoft ")


class TestWords:
    def test_the_microsoft_365_mail_is_the_guides_word_for_word_and_links_to_the_explanation(self):
        mail = ask()
        assert mail.subject == "Notification of partner association request"
        assert words_of_text(mail) == words(M365_MAIL.format(about=about()))
        assert words_of_html(mail) == words(M365_MAIL.format(about=about()))

    def test_the_business_applications_mail_is_the_guides_word_for_word_and_links_to_the_explanation(self):
        mail = ask("business_applications")
        assert mail.subject == "Notification of partner association request"
        assert words_of_text(mail) == words(BA_MAIL.format(survey=SURVEY, about=about()))
        assert words_of_html(mail) == words(BA_MAIL.format(survey=SURVEY, about=about()))

    def test_the_survey_sentence_can_be_switched_off(self, settings):
        settings.CUSTOMER_SURVEY = False
        mail = ask("business_applications")
        assert words_of_text(mail) == words(BA_MAIL.format(survey="", about=about()))
        assert words_of_html(mail) == words(BA_MAIL.format(survey="", about=about()))

    @pytest.mark.parametrize("area", ["microsoft_365", "business_applications"])
    def test_the_links_of_both_bodies_lead_to_working_pages(self, client, settings, area):
        settings.PORTAL_URL = "https://portal.example"
        mail = ask(area)
        links = re.findall(r"<(https://portal\.example/[^>]+)>", mail.text)
        assert set(re.findall(r'href="([^"]+)"', mail.html)) == set(links)
        assert len(links) == (4 if area == "business_applications" else 3)
        for link in links:
            page = client.get(link.removeprefix("https://portal.example"))
            assert page.status_code == 200

    def test_hostile_names_add_neither_lines_nor_markup(self):
        mail = ask(
            customer_name="Teo\r\n\r\nClick <https://evil.example/>",
            partner_name="<a href='https://evil.example/'>Friday</a>",
            items=items("<img src=x onerror=alert(1)>, AIP\nSubscription(s): none"),
        )
        assert "Customer name: Teo Click <https://evil.example/>\n" in mail.text
        assert mail.text.count("\nSubscription(s)") == 0
        assert "<img" not in mail.html
        assert "<a href='https://evil" not in mail.html
        assert 'href="https://evil' not in mail.html


class TestRecipients:
    def test_the_customer_gets_it_and_the_tenants_admins_a_copy(self):
        mail = ask(admins=["admin@microsoft.example", "ADMIN@microsoft.example", "second@microsoft.example"])
        assert mail.to == ["teo@microsoft.example"]
        assert mail.cc == ["admin@microsoft.example", "second@microsoft.example"]

    def test_an_admin_who_is_the_contact_gets_it_once(self):
        mail = ask(admins=["TEO@microsoft.example"])
        assert (mail.to, mail.cc) == (["teo@microsoft.example"], [])

    def test_a_tenant_without_admins_still_gets_its_mail(self):
        assert ask(admins=[]).cc == []

    def test_the_partner_is_never_among_the_recipients_even_as_admin_of_the_tenant(self, smtp_server):
        mail = ask(admins=["Contact@Partner.example", "admin@microsoft.example"])
        assert send_due(now=NOW) == 1
        (received,) = smtp_server.received
        assert received.recipients == ["teo@microsoft.example", "admin@microsoft.example"]
        for header in ("To", "Cc", "Bcc", "Reply-To"):
            assert "partner.example" not in str(received.message[header] or "").lower()
        assert "Partner contact email: contact@partner.example" in received.body("plain")
        mail.refresh_from_db()
        assert "/consent/" not in mail.text + mail.html

    def test_a_customer_contact_who_is_the_partner_is_refused(self):
        with pytest.raises(RuleViolation, match="would not be told"):
            ask(customer_email="CONTACT@partner.example")
        assert not OutgoingEmail.objects.exists()

    def test_the_mail_is_a_secret(self):
        assert ask().sensitive
