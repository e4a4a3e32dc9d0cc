"""Who sees what of a tenant: a partner names the contact, so it could name an accomplice."""

import pytest

from customers.belonging import belongs_to_tenant, visible_requests
from customers.consent.links import revoke_links
from customers.models import TenantDomain
from tests.customers.asking import ask
from tests.factories import NOW, TenantFactory

pytestmark = pytest.mark.django_db


def test_an_address_belongs_by_a_verified_domain_one_below_it_or_as_an_administrators():
    tenant = TenantFactory(admin_emails=["Boss@free.example"], domain="contoso.example")
    TenantDomain.objects.create(tenant=tenant, name="xn--bcher-kva.example")
    TenantFactory(domain="other.example")
    own = [
        "a@contoso.example",
        "A@CONTOSO.EXAMPLE",
        "a@mail.eu.contoso.example",
        "boss@FREE.example",
        "a@bücher.example",
    ]
    foreign = [
        "a@notcontoso.example", "a@contoso.example.evil.example", "a@example", "contoso.example", "", "a@", "b@free.example",
        "a@other.example", '"a@contoso.example"@evil.example',
    ]  # fmt: skip
    assert [each for each in own if not belongs_to_tenant(each, tenant=tenant)] == []
    assert [each for each in foreign if belongs_to_tenant(each, tenant=tenant)] == []


def test_an_address_of_the_tenant_sees_all_of_it_and_any_other_only_what_was_addressed_to_itself():
    tenant = TenantFactory(admin_emails=["boss@contoso.example"], domain="contoso.example")
    accomplice = ask("1", tenant=tenant, customer_email="helper@free.example")
    rival = ask("2", tenant=tenant, customer_email="teo@contoso.example", partner_name="Rival")
    elsewhere = ask("3", customer_email="helper@free.example")
    shown = ask("4", tenant=tenant, customer_email="helper@free.example", asks=False)

    def seen(email):
        requests, everything = visible_requests(tenant_id=tenant.tenant_id, email=email)
        return set(requests), everything

    assert seen("teo@contoso.example") == ({accomplice, rival, shown}, True)
    assert seen("boss@contoso.example") == ({accomplice, rival, shown}, True)
    assert seen("Helper@free.example") == ({accomplice}, False)
    assert seen("stranger@free.example") == (set(), False)
    revoke_links(accomplice, now=NOW)
    assert seen("helper@free.example") == (set(), False)
    assert elsewhere not in seen("teo@contoso.example")[0]
    tenant.delete()
    assert seen("teo@contoso.example") == ({rival}, False)
