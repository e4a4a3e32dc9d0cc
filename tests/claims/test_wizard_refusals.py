"""What the wizard refuses, with which sentence, and that nothing typed is lost."""

import pytest

from claims.enums import ClaimStatus
from tests.claims.journey import BA, CONTACTS, M365, text_of
from tests.factories import (
    ClaimFactory,
    LocationFactory,
    MembershipFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    put_on_tenant,
)

pytestmark = pytest.mark.django_db


class TestRefusals:
    def refused(self, response, sentence):
        assert response.status_code == 422
        assert sentence in text_of(response.content.decode())

    def test_nothing_chosen(self, journey):
        self.refused(journey.post(), "Select a solution area.")
        journey.post(solution_area=BA)
        self.refused(journey.post(), "Select an activity.")

    def test_revenue_association_excludes_the_incentive_fee(self, journey):
        journey.post(solution_area=BA)
        self.refused(journey.post(activities=["usage", "revenue_association"]), "not both")

    def test_m365_has_no_pre_sales_even_when_posted(self, journey):
        journey.post(solution_area=M365)
        assert journey.post(activities=["pre_sales"]).status_code == 422

    def test_domain_and_tenant_must_belong_together(self, journey):
        journey.post(solution_area=BA)
        journey.post(activities=["usage"])
        other = TenantFactory()
        self.refused(journey.customer(tenant_id=other.tenant_id), "do not match")
        self.refused(
            journey.customer(tenant_id="72f988bf-86f1-41af-91ab-2d7cd011db47"), "No customer with this directory ID"
        )
        self.refused(journey.customer(tenant_id="x" * 5000), "This is not a directory ID")
        self.refused(journey.customer(domain="<script>alert(1)</script>"), "Enter a domain name")
        self.refused(journey.customer(location=""), "Select an MPN location.")

    def test_only_own_active_accessible_locations_can_be_chosen(self, journey):
        journey.post(solution_area=BA)
        journey.post(activities=["usage"])
        foreign, inactive = (
            LocationFactory(),
            LocationFactory(organization=journey.membership.organization, is_active=False),
        )
        for location in (foreign, inactive):
            self.refused(
                journey.customer(location=location.pk), "Select an active MPN location that you have access to."
            )
            assert str(location.mpn_id) not in journey.page()
        journey.membership.locations.add(LocationFactory(organization=journey.membership.organization))
        self.refused(journey.customer(), "Select an active MPN location that you have access to.")

    def test_up_to_four_products_and_at_least_one(self, journey):
        workloads = WorkloadFactory.create_batch(5)
        for workload in workloads:
            put_on_tenant(workload, journey.tenant)
        journey.to_products(area=M365, activities=["usage"])
        response = journey.post(products=[workload.pk for workload in workloads])
        self.refused(response, "Select up to four product(s)/workload(s).")
        assert response.content.decode().count(" checked") == 5
        self.refused(journey.post(), "Select at least one product/workload.")

    def test_a_grayed_product_is_refused_by_the_server_too(self, journey):
        workload = WorkloadFactory()
        put_on_tenant(workload, journey.tenant)
        ClaimFactory(
            organization=journey.membership.organization,
            tenant=journey.tenant,
            products=[workload],
            status=ClaimStatus.SUBMITTED,
        )
        journey.to_products(area=M365, activities=["usage"])
        page = journey.page()
        assert f"{workload.label}*" in text_of(page).replace(" *", "*")
        assert "* Your company has already submitted a customer association for this product/workload" in text_of(page)
        assert "disabled" in page
        self.refused(journey.post(products=[workload.pk]), "Your company has already submitted")

    def test_the_seeds_sentence_stands_over_the_cause(self, journey, crm):
        SubscriptionFactory(tenant=journey.tenant, product=crm, owner_tenant_id=TenantFactory().tenant_id)
        SubscriptionFactory(tenant=journey.tenant, product=crm)
        csp = journey.tenant.subscriptions.exclude(owner_tenant_id=None).get()
        journey.to_products()
        journey.post(products=[crm.pk])
        response = journey.post(**{f"subscription_{crm.pk}": [csp.shown_id]})
        self.refused(response, "This subscription is invalid or has already been claimed.")
        assert "Cloud Solution Provider" in response.content.decode()
        assert csp.shown_id in response.content.decode()

    def test_a_silent_subscription_that_is_no_good_is_told_on_the_products_step(self, journey, crm):
        SubscriptionFactory(tenant=journey.tenant, product=crm, status="Suspended")
        journey.to_products()
        response = journey.post(products=[crm.pk])
        self.refused(response, "This subscription is invalid or has already been claimed.")

    def test_add_subscription_gives_one_more_input_and_keeps_what_was_typed(self, journey, crm):
        SubscriptionFactory.create_batch(2, tenant=journey.tenant, product=crm)
        journey.to_products()
        journey.post(products=[crm.pk])
        name = f"subscription_{crm.pk}"
        html = journey.post(**{name: ["half typed"], "go": f"add:{crm.pk}"}).content.decode()
        assert html.count(f'name="{name}"') == 2
        assert "half typed" in html

    def test_the_customers_contact_must_not_be_our_own(self, journey, crm):
        SubscriptionFactory(tenant=journey.tenant, product=crm)
        journey.to_products()
        journey.post(products=[crm.pk])
        response = journey.post(**CONTACTS | {"customer_email": "someone@FABRIKAM.example"})
        self.refused(response, "must not belong to your own company")
        assert "someone@FABRIKAM.example" in response.content.decode()

    def test_a_colleague_with_an_address_elsewhere_is_no_customer_either(self, journey, crm):
        SubscriptionFactory(tenant=journey.tenant, product=crm)
        MembershipFactory(organization=journey.location.organization, user__email="Ola.Private@gmail.com")
        MembershipFactory(user__email="somebody@another.example")
        journey.to_products()
        journey.post(products=[crm.pk])
        response = journey.post(**CONTACTS | {"customer_email": "ola.private@gmail.com"})
        self.refused(response, "this address has an account in it")
        assert journey.post(**CONTACTS | {"customer_email": "somebody@another.example"}).status_code == 302

    @pytest.mark.parametrize("field", sorted(CONTACTS))
    def test_every_contact_field_is_needed_and_bounded(self, field, journey, crm):
        SubscriptionFactory(tenant=journey.tenant, product=crm)
        journey.to_products()
        journey.post(products=[crm.pk])
        assert journey.post(**CONTACTS | {field: "  "}).status_code == 422
        hostile = "<b>\"'&" + "x" * 400
        response = journey.post(**CONTACTS | {field: hostile})
        assert response.status_code == 422
        assert "<b>" not in response.content.decode().split("<main", 1)[1]
        assert "x" * 400 in response.content.decode()
