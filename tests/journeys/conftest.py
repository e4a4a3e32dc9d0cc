"""What every journey stands on: the site on a port, mail that travels, and a person in a browser."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from customers.models import Product, Tenant
from notifications.delivery import send_due
from partners.models import PartnerOrganization, ProgramCode
from tests.factories import (
    PASSWORD,
    EnrollmentFactory,
    LocationFactory,
    MembershipFactory,
    OrganizationFactory,
    ProductFactory,
    ReviewerFactory,
    SubscriptionFactory,
    TenantFactory,
    UserFactory,
    WorkloadFactory,
    put_on_tenant,
    small_pdf,
)

ASSOCIATIONS = "/incentives/customer-associations/"


@dataclass
class Scene:
    """A partner with an enrolled location, a reviewer, and a customer with products."""

    partner: User
    organization: PartnerOrganization
    reviewer: User
    tenant: Tenant
    crm: Product
    marketing: Product
    intune: Product
    aip: Product


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    organization = OrganizationFactory(name="Fabrikam Consulting")
    partner = UserFactory(email="ola.demmo@fabrikam.example", full_name="Ola Demmo")
    MembershipFactory(user=partner, organization=organization)
    toronto = LocationFactory(organization=organization, mpn_id=563676)
    LocationFactory(organization=organization, mpn_id=504203, city="Bezons", country="FR")
    for program in (ProgramCode.OSA_SELL, ProgramCode.OSU_M365):
        EnrollmentFactory(location=toronto, program=program)
    tenant = TenantFactory(
        tenant_id="72f988bf-86f1-41af-91ab-2d7cd011db47",
        domain="microsoft.com",
        admin_emails=["admin@microsoft.example"],
    )
    crm = ProductFactory(name="MICROSOFT DYNAMICS CRM ONLINE BASIC")
    marketing = ProductFactory(name="DYNAMICS 365 FOR MARKETING USL")
    SubscriptionFactory.create_batch(2, tenant=tenant, product=crm)
    SubscriptionFactory(tenant=tenant, product=marketing)
    intune = WorkloadFactory(name="INTUNE", code="INTUNE")
    aip = WorkloadFactory(name="AZURE INFORMATION PROTECTION (AIP)", code="AIP")
    for product in (crm, marketing, intune, aip):
        put_on_tenant(product, tenant)
    reviewer = ReviewerFactory(email="reviewer@microsoft.example", full_name="Robin Reviewer")
    return Scene(partner, organization, reviewer, tenant, crm, marketing, intune, aip)


@pytest.fixture
def site(live_server: Any, settings: Any, smtp_server: Any) -> str:
    """The address of the running site; links in mails lead there."""
    settings.PORTAL_URL = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    cache.clear()
    return live_server.url


class Person:
    """Somebody in front of a browser. Complains when the page breaks its own content-security policy."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site, self.complaints = page, site, []
        page.set_default_timeout(15_000)
        page.on("console", lambda message: self.complaints.append(message.text) if self._matters(message) else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @staticmethod
    def _matters(message: Any) -> bool:
        # The browser itself logs every 4xx answer; those are part of the journeys.
        return message.type == "error" and "Failed to load resource" not in message.text

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.site + path)

    def sign_in(self, email: str) -> None:
        self.page.goto("about:blank")  # a late answer to the page before would bring its own cookies
        self.page.context.clear_cookies()
        self.open("/accounts/login/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.locator("main").get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose(self, label: str) -> None:
        self.page.get_by_label(label, exact=False).first.check()

    def sees(self, text: str) -> None:
        expect(self.page.locator("body")).to_contain_text(text)

    def upload(self, name: str, text: str = "Statement of Work") -> None:
        self.page.set_input_files("#id_proof", {"name": name, "mimeType": "application/pdf", "buffer": small_pdf(text)})

    def claim_id(self) -> int:
        self.page.wait_for_url(re.compile(r"/customer-associations/\d{7}/$"))
        return int(urlsplit(self.page.url).path.rstrip("/").rsplit("/", 1)[-1])


@pytest.fixture
def person(page: Page, site: str) -> Any:
    someone = Person(page, site)
    yield someone
    assert someone.complaints == []


@pytest.fixture
def mails(smtp_server: Any) -> Any:
    """Deliver what is queued over SMTP and return what has arrived so far, by recipient."""

    def deliver(recipient: str) -> list[Any]:
        send_due(now=timezone.now())
        return [mail for mail in smtp_server.received if recipient in mail.recipients]

    return deliver


def consent_link(mail: Any) -> str:
    """The deny link of a consent mail."""
    found = re.search(r"https?://\S+/consent/[A-Za-z0-9_-]{40,}/(?=[\s>)]|$)", mail.body("plain"))
    assert found, mail.body("plain")
    return found.group()
