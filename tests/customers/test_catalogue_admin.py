"""What staff may do with the catalogue and the customer directory in the admin."""

import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from customers.catalogue import load_distilled
from customers.enums import Language
from customers.models import CatalogueSku, Product, Subscription, Tenant
from tests.factories import (
    NOW,
    ProductFactory,
    SkuFactory,
    StaffFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
)

pytestmark = pytest.mark.django_db
OTHER_ID = "0a1b2c3d-1111-4222-8333-444455556666"
MODELS = ["product", "cataloguesku", "tenant", "subscription"]


@pytest.fixture
def staff(client):
    client.force_login(StaffFactory(is_superuser=True))
    return client


def url(model, page, *args):
    return reverse(f"admin:customers_{model}_{page}", args=args)


def sku_form(**changes):
    return {
        "sku_id": str(uuid.uuid4()),
        "part_number": "CRMPLAN9",
        "name": "Microsoft Dynamics CRM Online Nine",
        "is_dynamics": "on",
        "claimable": "on",
        "products": [],
    } | changes


def tenant_form(tenant, **changes):
    """What the page of a tenant with one domain sends, with a new name."""
    domain = tenant.domains.get()
    counts = {"domains": 1, "skus": 0, "subscriptions": 0}
    totals = {f"{name}-{kind}_FORMS": number for name, number in counts.items() for kind in ("TOTAL", "INITIAL")}
    return {
        "display_name": "Contoso Renamed", "country": "US", "language": "", "admin_emails": "ada@contoso.example",
        "domains-0-id": domain.pk, "domains-0-tenant": tenant.pk, "domains-0-name": domain.name, **totals, **changes,
    }  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_staff_without_the_permission_see_nothing(client, model):
    client.force_login(StaffFactory())
    assert client.get(url(model, "changelist")).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_staff_who_may_only_view_cannot_change(client, model):
    reviewer = StaffFactory()
    reviewer.user_permissions.add(Permission.objects.get(codename=f"view_{model}"))
    client.force_login(reviewer)
    row = {
        "product": ProductFactory,
        "cataloguesku": SkuFactory,
        "tenant": TenantFactory,
        "subscription": SubscriptionFactory,
    }[model]()
    assert client.get(url(model, "change", row.pk)).status_code == 200
    assert client.post(url(model, "change", row.pk), {}).status_code == 403
    assert client.get(url(model, "add")).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_nothing_can_be_deleted(staff, model):
    row = {
        "product": ProductFactory,
        "cataloguesku": SkuFactory,
        "tenant": TenantFactory,
        "subscription": SubscriptionFactory,
    }[model]()
    assert staff.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    type(row).objects.get(pk=row.pk)


class TestProducts:
    def test_they_are_found_by_name_code_and_part_number(self, staff):
        load_distilled(now=NOW)
        for words, expected in [
            ("additional portal", "DYNAMICS 365 ENTERPRISE EDITION - ADDITIONAL PORTAL"),
            ("EXO", "EXCHANGE ONLINE"),
            ("DYN365_ENTERPRISE_PLAN1", "CUSTOMER ENGAGEMENT PLAN ENTERPRISE EDITION"),
            ("EA126FC5-A19E-42E2-A731-DA9D437BFFCF", "CUSTOMER ENGAGEMENT PLAN ENTERPRISE EDITION"),
        ]:
            page = staff.get(url("product", "changelist"), {"q": words}).content.decode()
            assert expected in page
            assert "DYNAMICS 365 FOR MARKETING USL" not in page

    def test_the_list_takes_as_many_queries_for_three_as_for_one(self, staff, django_assert_num_queries):
        ProductFactory()
        staff.get(url("product", "changelist"))
        with django_assert_num_queries(6):
            staff.get(url("product", "changelist"))
        ProductFactory.create_batch(2)
        with django_assert_num_queries(6):
            staff.get(url("product", "changelist"))

    def test_retired_ones_can_be_left_out(self, staff):
        ProductFactory(name="DYNAMICS GONE", retired_at=NOW)
        ProductFactory(name="DYNAMICS HERE")
        offered = staff.get(url("product", "changelist"), {"offered": "yes"}).content.decode()
        retired = staff.get(url("product", "changelist"), {"offered": "no"}).content.decode()
        assert ("DYNAMICS HERE" in offered, "DYNAMICS GONE" in offered) == (True, False)
        assert ("DYNAMICS HERE" in retired, "DYNAMICS GONE" in retired) == (False, True)

    def test_a_new_one_is_named_in_upper_case_and_kept_by_hand(self, staff):
        form = {"solution_area": "business_applications", "name": "Dynamics 365  Fraud Protection", "code": ""}
        staff.post(url("product", "add"), form)
        product = Product.objects.get(name="DYNAMICS 365 FRAUD PROTECTION")
        assert product.kept_by_hand
        load_distilled(now=NOW)
        product.refresh_from_db()
        assert product.retired_at is None

    @pytest.mark.parametrize(("area", "code"), [("business_applications", "XYZ"), ("microsoft_365", "")])
    def test_only_a_workload_has_a_code(self, staff, area, code):
        form = {"solution_area": area, "name": "Something", "code": code}
        page = staff.post(url("product", "add"), form)
        assert "A Microsoft 365 workload has a code, and a Dynamics product has none." in page.content.decode()
        assert not Product.objects.exists()

    def test_the_name_of_an_existing_one_is_fixed(self, staff):
        product = ProductFactory(name="DYNAMICS 365 SALES")
        page = staff.get(url("product", "change", product.pk)).content.decode()
        assert product.skus.get().part_number in page
        staff.post(url("product", "change", product.pk), {"name": "OTHER"})
        product.refresh_from_db()
        assert (product.name, product.kept_by_hand) == ("DYNAMICS 365 SALES", False)

    def test_they_are_retired_and_offered_again_and_imports_leave_that_alone(self, staff):
        load_distilled(now=NOW)
        product = Product.objects.get(code="TEAMS")
        chosen = {"_selected_action": [product.pk]}
        staff.post(url("product", "changelist"), chosen | {"action": "retire"})
        load_distilled(now=NOW)
        product.refresh_from_db()
        assert product.retired_at is not None
        staff.post(url("product", "changelist"), chosen | {"action": "offer_again"})
        product.refresh_from_db()
        assert (product.retired_at, product.kept_by_hand) == (None, True)
        staff.post(url("product", "changelist"), chosen | {"action": "let_imports_decide"})
        product.refresh_from_db()
        assert not product.kept_by_hand


class TestSkus:
    def test_a_new_one_stands_for_its_product_and_is_kept_by_hand(self, staff):
        product = ProductFactory()
        staff.post(url("cataloguesku", "add"), sku_form(products=[product.pk]))
        sku = CatalogueSku.objects.get(part_number="CRMPLAN9")
        assert list(sku.products.all()) == [product]
        assert sku.kept_by_hand

    def test_looking_at_one_does_not_keep_it_by_hand_but_a_change_does(self, staff):
        sku = SkuFactory(part_number="SPE_E9", name="Microsoft 365 E9")
        form = {"sku_id": str(sku.sku_id), "part_number": "SPE_E9", "name": "Microsoft 365 E9", "claimable": "on"}
        staff.post(url("cataloguesku", "change", sku.pk), form)
        sku.refresh_from_db()
        assert not sku.kept_by_hand
        workload = WorkloadFactory()
        staff.post(url("cataloguesku", "change", sku.pk), form | {"products": [workload.pk]})
        sku.refresh_from_db()
        assert sku.kept_by_hand
        assert list(sku.products.all()) == [workload]
        staff.post(url("cataloguesku", "changelist"), {"_selected_action": [sku.pk], "action": "let_imports_decide"})
        sku.refresh_from_db()
        assert not sku.kept_by_hand

    def test_power_bi_cannot_be_made_claimable(self, staff):
        form = sku_form(part_number="POWER_BI_NEW", name="Power BI New", is_dynamics="")
        page = staff.post(url("cataloguesku", "add"), form).content.decode()
        assert "Power BI cannot be claimed here." in page
        assert not CatalogueSku.objects.exists()

    def test_a_dynamics_sku_stands_for_one_product_only(self, staff):
        pair, workload = ProductFactory.create_batch(2), WorkloadFactory()
        for products in ([pair[0].pk, pair[1].pk], [workload.pk]):
            page = staff.post(url("cataloguesku", "add"), sku_form(products=products)).content.decode()
            assert "A Dynamics SKU stands for one Business Applications product." in page

    def test_another_sku_stands_for_workloads_only(self, staff):
        form = sku_form(products=[ProductFactory().pk], is_dynamics="")
        page = staff.post(url("cataloguesku", "add"), form).content.decode()
        assert "Only a Dynamics SKU can stand for a Business Applications product." in page

    def test_a_sku_that_cannot_be_claimed_stands_for_nothing(self, staff):
        form = sku_form(products=[ProductFactory().pk], claimable="")
        page = staff.post(url("cataloguesku", "add"), form).content.decode()
        assert "A SKU that cannot be claimed has no products." in page

    def test_they_are_found_by_id_part_number_and_product(self, staff):
        load_distilled(now=NOW)
        for words in ("EA126FC5", "DYN365_ENTERPRISE_PLAN1", "CUSTOMER ENGAGEMENT PLAN ENTERPRISE"):
            page = staff.get(url("cataloguesku", "changelist"), {"q": words}).content.decode()
            assert "Dynamics 365 Customer Engagement Plan" in page
            assert "1 SKU" in page


class TestTenants:
    def test_a_tenant_is_found_by_domain_and_shown_with_its_subscriptions(self, staff):
        tenant = TenantFactory(domain="contoso.example", display_name="Contoso")
        TenantFactory(display_name="Elsewhere")
        subscription = SubscriptionFactory(tenant=tenant, owner_tenant_id=uuid.uuid4())
        page = staff.get(url("tenant", "changelist"), {"q": "contoso.example"}).content.decode()
        assert ("Contoso" in page, "Elsewhere" in page) == (True, False)
        assert subscription.shown_id in staff.get(url("tenant", "change", tenant.pk)).content.decode()

    def test_staff_enter_a_tenant_with_a_domain_in_lower_case(self, staff):
        form = {
            "tenant_id": str(uuid.uuid4()),
            "display_name": "Contoso",
            "country": "US",
            "admin_emails": "ada@contoso.example,bo@contoso.example",
            "domains-TOTAL_FORMS": 1,
            "domains-INITIAL_FORMS": 0,
            "domains-0-name": "Contoso.Example",
            "domains-0-is_default": "on",
            "skus-TOTAL_FORMS": 0,
            "skus-INITIAL_FORMS": 0,
            "subscriptions-TOTAL_FORMS": 0,
            "subscriptions-INITIAL_FORMS": 0,
        }
        staff.post(url("tenant", "add"), form)
        tenant = Tenant.objects.get(display_name="Contoso")
        assert tenant.admin_emails == ["ada@contoso.example", "bo@contoso.example"]
        assert tenant.domains.get().name == "contoso.example"

    def test_a_subscription_is_found_by_the_id_that_the_customer_reads(self, staff):
        subscription, other = SubscriptionFactory.create_batch(2)
        page = staff.get(url("subscription", "changelist"), {"q": subscription.shown_id}).content.decode()
        assert subscription.shown_id in page
        assert other.shown_id not in page

    def test_a_tenant_that_is_there_keeps_its_directory_id(self, staff):
        tenant = TenantFactory(domain="contoso.example", display_name="Contoso")
        before = tenant.tenant_id
        page = staff.get(url("tenant", "change", tenant.pk)).content.decode()
        assert str(before) in page
        assert 'name="tenant_id"' not in page
        answer = staff.post(url("tenant", "change", tenant.pk), tenant_form(tenant, tenant_id=str(uuid.uuid4())))
        assert answer.status_code == 302
        tenant.refresh_from_db()
        assert (tenant.display_name, tenant.tenant_id) == ("Contoso Renamed", before)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("commerce_subscription_id", OTHER_ID), ("sku_id", OTHER_ID),
            ("subscription_id", OTHER_ID), ("sku_part_number", "OTHER"),
        ],
    )  # fmt: skip
    def test_which_subscription_it_is_and_of_what_stays(self, staff, field, value):
        subscription = SubscriptionFactory()
        before = getattr(subscription, field)
        assert f'name="{field}"' not in staff.get(url("subscription", "change", subscription.pk)).content.decode()
        answer = staff.post(
            url("subscription", "change", subscription.pk),
            {"status": "Suspended", "activated_at_0": "2026-11-01", "activated_at_1": "10:00:00", "total_licenses": "3", field: value},
        )  # fmt: skip
        assert answer.status_code == 302
        subscription.refresh_from_db()
        assert (subscription.status, getattr(subscription, field)) == ("Suspended", before)

    def test_staff_choose_the_language_of_a_customer_and_the_log_keeps_it(self, staff):
        tenant = TenantFactory(domain="contoso.example", display_name="Contoso")
        page = staff.get(url("tenant", "change", tenant.pk)).content.decode()
        choices = page.split('name="language"')[1].split("</select>")[0]
        assert [code for code, _ in Language.choices if f'value="{code}"' not in choices] == []
        assert "For messages to the customer; empty follows the country." in page
        refused = staff.post(url("tenant", "change", tenant.pk), tenant_form(tenant, language="tlh"))
        assert refused.context["adminform"].form.errors["language"]
        assert staff.post(url("tenant", "change", tenant.pk), tenant_form(tenant, language="ja")).status_code == 302
        tenant.refresh_from_db()
        assert tenant.language == "ja"
        assert "Language: – → 日本語" in LogEntry.objects.get().get_change_message()

    def test_staff_change_the_state_of_a_subscription(self, staff):
        subscription = SubscriptionFactory()
        form = {
            "status": "Suspended",
            "activated_at_0": "2026-11-01",
            "activated_at_1": "10:00:00",
            "total_licenses": "3",
        }
        staff.post(url("subscription", "change", subscription.pk), form)
        assert Subscription.objects.get().status == "Suspended"
