"""A tenant as Microsoft Graph answers it, imported once, again, and wrongly."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from customers.models import Subscription, Tenant, TenantDomain
from customers.tenants import import_tenant
from tests.customers.samples import (
    CSP_TENANT,
    E3,
    FIRST,
    FIRST_COMMERCE,
    SALES,
    TENANT_ID,
    domain,
    subscribed_sku,
    subscription,
    tenant_file,
)
from tests.factories import NOW, SubscriptionFactory, TenantFactory

pytestmark = pytest.mark.django_db


def service(status):
    return {"appliesTo": "User", "provisioningStatus": status, "servicePlanId": SALES, "servicePlanName": "X"}


class TestKept:
    def test_the_tenant_its_domains_admins_and_skus_are_kept(self):
        report = import_tenant(tenant_file(), now=NOW)
        tenant = Tenant.objects.get(tenant_id=TENANT_ID)
        assert report.tenant == tenant
        assert (tenant.display_name, tenant.country, tenant.imported_at) == ("Contoso", "US", NOW)
        assert tenant.admin_emails == ["admin@contoso.example"]
        assert [(found.name, found.is_default, found.is_initial) for found in tenant.domains.all()] == [
            ("microsoft.com", True, False),
            ("contoso.onmicrosoft.com", False, True),
        ]
        sku = tenant.skus.get()
        assert (str(sku.sku_id), sku.part_number, sku.capability_status) == (
            SALES,
            "DYN365_ENTERPRISE_SALES",
            "Enabled",
        )
        assert (sku.enabled_units, sku.consumed_units) == (25, 14)

    def test_a_subscription_is_kept_with_what_decides_about_a_claim(self):
        import_tenant(tenant_file(), now=NOW)
        kept = Subscription.objects.get(subscription_id=FIRST)
        assert kept.shown_id == FIRST_COMMERCE.upper()
        assert kept.activated_at == datetime(2026, 1, 1, tzinfo=UTC)
        assert kept.next_lifecycle_at == datetime(2027, 1, 1, tzinfo=UTC)
        assert (kept.status, kept.total_licenses, kept.is_trial) == ("Enabled", 25, False)
        assert kept.is_active
        assert not kept.is_csp

    def test_properties_that_graph_answers_as_null_are_taken_as_absent(self):
        bare = subscription(
            commerceSubscriptionId=None,
            isTrial=None,
            nextLifecycleDateTime=None,
            serviceStatus=None,
            totalLicenses=None,
        )
        organization = {"id": TENANT_ID, "displayName": "Contoso", "countryLetterCode": None}
        import_tenant(tenant_file(organization=[organization], subscriptions=[bare]), now=NOW)
        kept = Subscription.objects.select_related("tenant").get()
        assert kept.shown_id == FIRST.upper()
        assert (kept.total_licenses, kept.provisioned, kept.is_trial) == (0, True, False)
        assert kept.tenant.country == ""

    def test_the_preferred_language_is_kept_where_customers_are_written_to_in_it(self):
        for written, kept in (("de-AT", "de"), ("pt_BR", "pt"), ("nb-NO", ""), (None, "")):
            organization = {"id": TENANT_ID, "displayName": "Contoso", "preferredLanguage": written}
            import_tenant(tenant_file(organization=[organization]), now=NOW)
            assert Tenant.objects.get().language == kept

    def test_a_subscription_that_a_partner_tenant_created_is_csp(self):
        import_tenant(tenant_file(subscriptions=[subscription(ownerTenantId=CSP_TENANT.upper())]), now=NOW)
        kept = Subscription.objects.get()
        assert kept.owner_tenant_id == UUID(CSP_TENANT)
        assert kept.is_csp

    def test_a_subscription_that_the_tenant_itself_created_is_direct(self):
        import_tenant(tenant_file(subscriptions=[subscription(ownerTenantId=TENANT_ID)]), now=NOW)
        assert not Subscription.objects.get().is_csp

    @pytest.mark.parametrize(
        ("statuses", "expected"),
        [
            (["Success"], True),
            (["PendingActivation", "Success"], True),
            (["PendingActivation", "PendingInput"], False),
            (["Disabled"], False),
            ([], True),
        ],
    )
    def test_a_subscription_is_provisioned_when_one_of_its_services_works(self, statuses, expected):
        services = [service(status) for status in statuses]
        import_tenant(tenant_file(subscriptions=[subscription(serviceStatus=services)]), now=NOW)
        assert Subscription.objects.get().provisioned is expected

    @pytest.mark.parametrize("status", ["Enabled", "Warning", "Suspended", "Deleted", "LockedOut", "Expired"])
    def test_every_status_of_graph_is_kept(self, status):
        import_tenant(tenant_file(subscriptions=[subscription(status=status)]), now=NOW)
        assert Subscription.objects.get().status == status

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
            ("2026-01-01T02:30:00.1234567+02:00", datetime(2026, 1, 1, 0, 30, 0, 123456, tzinfo=UTC)),
            ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
            ("9999-12-31T23:59:59.9999999Z", datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
        ],
    )
    def test_times_are_kept_in_utc(self, text, expected):
        import_tenant(tenant_file(subscriptions=[subscription(createdDateTime=text)]), now=NOW)
        assert Subscription.objects.get().activated_at == expected

    def test_only_verified_domains_are_kept_in_lower_case(self):
        domains = [domain("Contoso.Example", isDefault=True), domain("wish.example", isVerified=False)]
        import_tenant(tenant_file(domains=domains), now=NOW)
        assert [found.name for found in TenantDomain.objects.all()] == ["contoso.example"]

    def test_admins_are_kept_once_by_mail_or_else_by_principal_name(self):
        admins = [
            {"mail": "ada@contoso.example", "userPrincipalName": "other@contoso.onmicrosoft.com"},
            {"mail": "ADA@contoso.example"},
            {"mail": None, "userPrincipalName": "Bo@contoso.onmicrosoft.com"},
            {"mail": None, "userPrincipalName": "guest_fabrikam.example#EXT#@contoso.onmicrosoft.com"},
            {"@odata.type": "#microsoft.graph.servicePrincipal", "displayName": "A program"},
        ]
        import_tenant(tenant_file(admins=admins), now=NOW)
        assert Tenant.objects.get().admin_emails == ["ada@contoso.example", "bo@contoso.onmicrosoft.com"]

    def test_a_tenant_may_have_no_admin_with_an_address(self):
        import_tenant(tenant_file(admins=[]), now=NOW)
        assert Tenant.objects.get().admin_emails == []


class TestAgain:
    def test_importing_twice_changes_nothing(self):
        import_tenant(tenant_file(), now=NOW)
        later = NOW + timedelta(days=1)
        report = import_tenant(tenant_file(), now=later)
        assert (report.added, report.changed, report.gone) == ([], [], [])
        assert Tenant.objects.get().imported_at == later

    def test_changes_are_kept_and_reported(self):
        import_tenant(tenant_file(), now=NOW)
        changed = tenant_file(
            organization=[{"id": TENANT_ID, "displayName": "Contoso Ltd.", "countryLetterCode": "CA"}],
            domains=[domain("microsoft.com"), domain("new.example", isDefault=True)],
            subscribedSkus=[
                subscribed_sku(capabilityStatus="Suspended"),
                subscribed_sku(skuId=E3, skuPartNumber="SPE_E3"),
            ],
            subscriptions=[subscription(status="Suspended")],
        )
        report = import_tenant(changed, now=NOW)
        assert report.added == ["Domain new.example", "SKU SPE_E3"]
        assert report.changed == [
            "Tenant Contoso Ltd.",
            "Domain microsoft.com",
            "SKU DYN365_ENTERPRISE_SALES",
            f"Subscription {FIRST_COMMERCE.upper()} (DYN365_ENTERPRISE_SALES)",
        ]
        assert report.gone == ["Domain contoso.onmicrosoft.com"]
        assert Tenant.objects.get().country == "CA"
        assert Subscription.objects.get().status == "Suspended"

    def test_a_subscription_no_longer_listed_stays_as_gone(self):
        import_tenant(tenant_file(), now=NOW)
        report = import_tenant(tenant_file(subscriptions=[]), now=NOW)
        kept = Subscription.objects.get()
        assert kept.gone_at == NOW
        assert not kept.is_active
        assert report.gone == [f"Subscription {FIRST_COMMERCE.upper()} (DYN365_ENTERPRISE_SALES)"]
        again = import_tenant(tenant_file(subscriptions=[]), now=NOW + timedelta(days=1))
        assert again.gone == []
        assert Subscription.objects.get().gone_at == NOW

    def test_a_subscription_listed_again_is_no_longer_gone(self):
        import_tenant(tenant_file(), now=NOW)
        import_tenant(tenant_file(subscriptions=[]), now=NOW)
        report = import_tenant(tenant_file(), now=NOW)
        assert Subscription.objects.get().gone_at is None
        assert report.changed == [f"Subscription {FIRST_COMMERCE.upper()} (DYN365_ENTERPRISE_SALES) (listed again)"]

    def test_a_sku_no_longer_listed_is_removed(self):
        import_tenant(tenant_file(), now=NOW)
        assert import_tenant(tenant_file(subscribedSkus=[]), now=NOW).gone == ["SKU DYN365_ENTERPRISE_SALES"]
        assert not Tenant.objects.get().skus.exists()

    def test_another_tenant_is_left_alone(self):
        other = TenantFactory()
        SubscriptionFactory(tenant=other)
        import_tenant(tenant_file(), now=NOW)
        other.refresh_from_db()
        assert other.subscriptions.get().gone_at is None
        assert other.domains.count() == 1


class TestCommand:
    def test_it_imports_each_file_and_reports_the_wrong_ones(self, tmp_path, capsys):
        good, wrong, broken = (tmp_path / name for name in ("good.json", "wrong.json", "broken.json"))
        good.write_text(json.dumps(tenant_file()), encoding="utf-8-sig")
        wrong.write_text(json.dumps(tenant_file(organization=[])))
        broken.write_text('{"organization":\n  nothing}')
        with pytest.raises(CommandError) as refused:
            call_command("import_tenant", str(wrong), str(broken), str(tmp_path / "missing.json"), str(good))
        assert str(refused.value).splitlines() == [
            f"{wrong} was not imported. organization.value: names 0 organizations instead of one.",
            f"{broken} was not imported. Line 2, column 3: not valid JSON (Expecting value).",
            f"{tmp_path / 'missing.json'} was not imported. The file cannot be read: No such file or directory.",
        ]
        assert capsys.readouterr().out == f"Contoso ({TENANT_ID}): 5 added, 0 changed, 0 gone.\n"

    def test_it_tells_what_changed_and_what_is_gone(self, tmp_path, capsys):
        import_tenant(tenant_file(), now=NOW)
        path = tmp_path / "tenant.json"
        path.write_text(json.dumps(tenant_file(subscribedSkus=[])))
        call_command("import_tenant", str(path))
        assert "  gone: SKU DYN365_ENTERPRISE_SALES\n" in capsys.readouterr().out
