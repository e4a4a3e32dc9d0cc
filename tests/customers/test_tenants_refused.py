"""Tenant files that are refused whole, each with the place of its error."""

from datetime import timedelta

import pytest

from customers.importing import ImportRefused
from customers.models import Tenant
from customers.tenants import import_tenant
from tests.customers.samples import (
    FIRST,
    FIRST_COMMERCE,
    SALES,
    SECOND,
    TENANT_ID,
    domain,
    subscribed_sku,
    subscription,
    tenant_file,
)
from tests.factories import NOW, SubscriptionFactory, TenantFactory

pytestmark = pytest.mark.django_db


def refusal(data) -> str:
    with pytest.raises(ImportRefused) as refused:
        import_tenant(data, now=NOW)
    assert not Tenant.objects.filter(tenant_id=TENANT_ID).exists()
    return refused.value.message


class TestRefused:
    @pytest.mark.parametrize("section", ["organization", "domains", "subscribedSkus", "subscriptions", "admins"])
    def test_a_missing_or_partial_answer_is_refused_by_name(self, section):
        data = tenant_file()
        del data[section]
        assert refusal(data) == f"{section}: is missing."
        data[section] = {"value": [], "@odata.nextLink": "https://graph.microsoft.com/v1.0/next"}
        assert refusal(data).startswith(f"{section}: the answer goes on at @odata.nextLink.")
        data[section] = {"error": {"code": "Authorization_RequestDenied"}}
        assert refusal(data) == f"{section}.value: is missing."

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"createdDateTime": None}, "createdDateTime: is missing."),
            ({"createdDateTime": "2026-01-01"}, "createdDateTime: «2026-01-01» is not a time such as"),
            ({"createdDateTime": "9999-12-31T23:59:59-05:00"}, "createdDateTime: «9999-12-31T23:59:59-05:00» is not"),
            ({"nextLifecycleDateTime": 5}, "nextLifecycleDateTime: is not a text."),
            ({"id": "x" * 99}, f"id: «{'x' * 40}…» is not a GUID."),
            ({"id": ""}, "id: is missing."),
            ({"skuId": None}, "skuId: is missing."),
            ({"commerceSubscriptionId": "12345"}, "commerceSubscriptionId: «12345» is not a GUID."),
            ({"ownerTenantId": "me"}, "ownerTenantId: «me» is not a GUID."),
            ({"skuPartNumber": "  "}, "skuPartNumber: is empty."),
            ({"skuPartNumber": "A\u0000B"}, "skuPartNumber: has characters that no text has."),
            ({"skuPartNumber": "A\ud800B"}, "skuPartNumber: has characters that no text has."),
            ({"skuPartNumber": "A" * 201}, "skuPartNumber: is longer than 200 characters."),
            ({"status": "Active"}, "status: «Active» is none of Deleted, Enabled, Expired, LockedOut"),
            ({"totalLicenses": -1}, "totalLicenses: is not between 0 and 2147483647."),
            ({"totalLicenses": 2**31}, "totalLicenses: is not between 0 and 2147483647."),
            ({"totalLicenses": True}, "totalLicenses: is not a whole number."),
            ({"isTrial": "false"}, "isTrial: is not true or false."),
            ({"serviceStatus": {}}, "serviceStatus: is not a list."),
            ({"serviceStatus": ["Success"]}, "serviceStatus[0]: is not an object."),
            ({"serviceStatus": [{}]}, "serviceStatus[0].provisioningStatus: is missing."),
        ],
    )
    def test_a_wrong_subscription_is_refused_with_its_path(self, changes, message):
        second = subscription(id=SECOND, commerceSubscriptionId=None) | changes
        text = refusal(tenant_file(subscriptions=[subscription(), second]))
        assert text.startswith(f"subscriptions.value[1].{message}")

    @pytest.mark.parametrize(
        ("sections", "message"),
        [
            ({"organization": []}, "organization.value: names 0 organizations instead of one."),
            ({"organization": [{"displayName": "C"}]}, "organization.value[0].id: is missing."),
            ({"organization": [{"id": TENANT_ID, "displayName": ""}]}, "organization.value[0].displayName: is empty."),
            (
                {"organization": [{"id": TENANT_ID, "displayName": "C", "countryLetterCode": "1a"}]},
                "organization.value[0].countryLetterCode: «1A» is not a two-letter country code.",
            ),
            ({"domains": []}, "domains.value: names no verified domain."),
            ({"domains": [domain("not a domain")]}, "domains.value[0].id: «not a domain» is not a domain name."),
            ({"domains": [{"id": "a.example"}]}, "domains.value[0].isVerified: is missing."),
            (
                {"domains": [domain("a.example"), domain("A.EXAMPLE")]},
                "domains.value[1].id: «a.example» is listed twice.",
            ),
            (
                {"subscribedSkus": [subscribed_sku(), subscribed_sku()]},
                f"subscribedSkus.value[1].skuId: «{SALES}» is listed twice.",
            ),
            (
                {"subscribedSkus": [subscribed_sku(prepaidUnits=None)]},
                "subscribedSkus.value[0].prepaidUnits: is missing.",
            ),
            (
                {"subscribedSkus": [subscribed_sku(capabilityStatus="On")]},
                "subscribedSkus.value[0].capabilityStatus: «On» is none of Deleted, Enabled",
            ),
            (
                {"subscriptions": [subscription(), subscription(commerceSubscriptionId=None)]},
                f"subscriptions.value[1].id: «{FIRST}» is listed twice.",
            ),
            (
                {"subscriptions": [subscription(), subscription(id=SECOND)]},
                f"subscriptions.value[1].commerceSubscriptionId: «{FIRST_COMMERCE}» is listed twice.",
            ),
            ({"admins": [{"mail": "no address"}]}, "admins.value[0].mail: «no address» is not an e-mail address."),
        ],
    )
    def test_any_other_wrong_answer_is_refused_with_its_path(self, sections, message):
        assert refusal(tenant_file(**sections)).startswith(message)

    @pytest.mark.parametrize("data", [None, [], "text", 5])
    def test_something_that_is_not_an_object_is_refused(self, data):
        assert "not a JSON object" in refusal(data)

    def test_a_domain_of_another_tenant_is_refused(self):
        TenantFactory(domain="Microsoft.COM", display_name="Elsewhere")
        assert refusal(tenant_file()).startswith("domains.value[0].id: Microsoft.COM is verified by another tenant")

    def test_a_subscription_of_another_tenant_is_refused(self):
        SubscriptionFactory(subscription_id=FIRST)
        assert refusal(tenant_file()) == "subscriptions.value[0].id: this subscription belongs to another tenant."

    def test_a_refused_file_leaves_a_known_tenant_as_it_was(self):
        import_tenant(tenant_file(), now=NOW)
        TenantFactory(domain="taken.example")
        wrong = tenant_file(domains=[domain("taken.example")], subscriptions=[])
        with pytest.raises(ImportRefused):
            import_tenant(wrong, now=NOW + timedelta(days=1))
        tenant = Tenant.objects.get(tenant_id=TENANT_ID)
        assert tenant.imported_at == NOW
        assert tenant.domains.count() == 2
        assert tenant.subscriptions.get().gone_at is None
