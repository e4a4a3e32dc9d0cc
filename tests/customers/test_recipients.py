"""Nobody of a partner gets a copy of the customer's mail or comes in with it, whoever the customer made an administrator."""

import pytest

from claims.deciding import approve
from claims.enums import ClaimAction
from customers.center.codes import addresses_of
from customers.consent import hand_over, readdress
from customers.enums import ConsentStep
from kit.errors import RuleViolation
from notifications.models import OutgoingEmail
from tests.customers.asking import ask
from tests.factories import (
    NOW,
    MembershipFactory,
    OrganizationFactory,
    TenantFactory,
    UserFactory,
    claim_under_review,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db
CONTACT = "ola@friday.example"


def member(organization, email):
    return MembershipFactory(organization=organization, user=UserFactory(email=email))


def copied(consent):
    return OutgoingEmail.objects.filter(kind="consent.request", reference=consent.reference).latest("pk").cc


@pytest.fixture
def friday():
    return OrganizationFactory(name="FridayINC")


@pytest.fixture
def tenant():
    """Contoso: its administrators are its own, the partner's, a rival's, somebody's at a free provider, and one it shares."""
    return TenantFactory(
        admin_emails=[
            "own@contoso.example", "Colleague@Friday.example", "filer@elsewhere.example", "rival@monday.example",
            "helper@gmail.com", "lee@contoso.example",
        ]
    )  # fmt: skip


def test_a_copy_goes_to_the_customers_own_administrators_alone(friday, tenant):
    member(friday, "filer@elsewhere.example")
    member(OrganizationFactory(), "rival@monday.example")
    member(OrganizationFactory(), "lee@contoso.example")  # the customer is a partner elsewhere
    consent = ask(tenant=tenant, partner=friday, partner_contact_email=CONTACT)
    own = ["own@contoso.example", "helper@gmail.com", "lee@contoso.example"]
    assert copied(consent) == own
    assert addresses_of(consent.links.get()) == ["teo@contoso.example", *own]
    readdress(
        consent.reference, customer_name="Una", customer_email="una@contoso.example", step=ConsentStep.READDRESSED,
        by="", now=NOW,
    )  # fmt: skip
    assert copied(consent) == own


def test_two_who_use_the_same_free_provider_have_nothing_in_common(friday, tenant):
    consent = ask(tenant=tenant, partner=friday, partner_contact_email="friday@GMAIL.com")
    assert "helper@gmail.com" in copied(consent)


def test_what_a_partner_types_in_as_its_contact_takes_no_administrator_away(friday, tenant):
    consent = ask(
        tenant=tenant, partner=friday, partner_contact_email="guest@contoso.example", customer_email="x@y.example"
    )
    assert {"own@contoso.example", "lee@contoso.example"} <= set(copied(consent))


def test_who_joins_the_partner_after_the_copy_gets_no_code_to_the_center(friday, tenant):
    consent = ask(tenant=tenant, partner=friday, partner_contact_email=CONTACT)
    assert "helper@gmail.com" in addresses_of(consent.links.get())
    member(friday, "helper@gmail.com")
    assert "helper@gmail.com" not in addresses_of(consent.links.get())


def test_the_message_itself_goes_to_nobody_of_the_partner(friday, tenant):
    member(friday, "filer@elsewhere.example")
    with pytest.raises(RuleViolation, match="a person of the partner's own company"):
        ask(tenant=tenant, partner=friday, customer_email="Filer@elsewhere.example")
    assert not OutgoingEmail.objects.exists()
    consent = ask(tenant=tenant, partner=friday, partner_contact_email=CONTACT)
    for administrator in ("filer@elsewhere.example", "colleague@friday.example"):
        with pytest.raises(RuleViolation, match="an address of the partner"):
            hand_over(consent, name="Ola", email=administrator, by="", now=NOW)


def test_when_all_administrators_are_the_partners_history_tells_that_nobody_was_copied():
    claim = claim_under_review()
    claim.tenant.admin_emails = [claim.created_by.email]
    claim.tenant.save(update_fields=["admin_emails"])
    approve(claim, actor=reviewer_actor(), now=NOW)
    assert OutgoingEmail.objects.get(kind="consent.request").cc == []
    assert claim.events.get(action=ClaimAction.ASK_CONSENT).data == {"without_copy": True}
