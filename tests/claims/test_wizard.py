"""The wizard over HTTP, as a browser without JavaScript uses it."""

import re

import pytest
from django.urls import reverse

from claims.enums import ClaimStatus
from claims.models import Claim, ClaimDraft
from customers.enums import SolutionArea
from partners.models import ProgramCode, Role
from tests.factories import (
    ClaimFactory,
    EnrollmentFactory,
    LocationFactory,
    MembershipFactory,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    put_on_tenant,
)

pytestmark = pytest.mark.django_db
BA, M365 = SolutionArea.BUSINESS_APPLICATIONS, SolutionArea.MICROSOFT_365
NEW = "/incentives/customer-associations/new/"
CONTACTS = {
    "customer_name": "Joseph Jones",
    "customer_email": "joseph@customer.example",
    "customer_title": "CIO",
    "partner_name": "Ola Demmo",
    "partner_email": "ola@fabrikam.example",
    "claim_name": "Dynamics for CompanyX",
}


class Journey:
    """A person who goes through the wizard step by step."""

    def __init__(self, client, membership):
        self.client, self.membership = client, membership
        client.force_login(membership.user)
        self.location = LocationFactory(organization=membership.organization)
        self.tenant = TenantFactory()
        self.at = NEW

    def post(self, **data):
        response = self.client.post(self.at, data)
        if response.status_code == 302:
            self.at = response["Location"]
        return response

    def page(self):
        response = self.client.get(self.at)
        assert response.status_code == 200, response.headers
        return response.content.decode()

    def to_products(self, area=BA, activities=("pre_sales",)):
        self.post(solution_area=area)
        self.post(activities=list(activities))
        return self.customer()

    def customer(self, **changed):
        data = {
            "location": self.location.pk,
            "domain": self.tenant.domains.get().name,
            "tenant_id": self.tenant.tenant_id,
        }
        return self.post(**data | changed)

    def step(self):
        return self.at.rstrip("/").rsplit("/", 1)[-1]


@pytest.fixture
def journey(client):
    return Journey(client, MembershipFactory())


@pytest.fixture
def crm(journey):
    product = ProductFactory(name="MICROSOFT DYNAMICS CRM ONLINE BASIC")
    put_on_tenant(product, journey.tenant)
    return product


def text_of(html):
    return (
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
        .replace("&#x27;", "'")
        .replace("&quot;", '"')
        .replace("&amp;", "&")
    )


class TestWholeWay:
    def test_business_applications_with_a_silent_subscription(self, journey, crm):
        only = SubscriptionFactory(tenant=journey.tenant, product=crm)
        journey.to_products(activities=["pre_sales", "usage"])
        assert journey.step() == "products"
        journey.post(products=[crm.pk])
        assert journey.step() == "contacts"
        response = journey.post(**CONTACTS)
        claim = Claim.objects.get()
        assert response["Location"] == f"/incentives/customer-associations/{claim.pk}/"
        assert (claim.status, claim.activity_label, claim.name) == (
            ClaimStatus.EDITING,
            "Pre-sales / Usage",
            "Dynamics for CompanyX",
        )
        assert claim.lines.get().subscriptions.get().subscription == only
        assert not ClaimDraft.objects.exists()
        assert claim.events.get().action == "create"
        assert (claim.agreed_by, claim.guide_version) == (journey.membership.user, "FY20")

    def test_business_applications_with_typed_subscriptions(self, journey, crm):
        first, second = SubscriptionFactory.create_batch(2, tenant=journey.tenant, product=crm)
        journey.to_products()
        journey.post(products=[crm.pk])
        assert journey.step() == "subscriptions"
        journey.post(**{f"subscription_{crm.pk}": [first.shown_id, second.shown_id, ""]})
        journey.post(**CONTACTS)
        chosen = {entry.subscription for entry in Claim.objects.get().lines.get().subscriptions.all()}
        assert chosen == {first, second}

    def test_microsoft_365_skips_subscriptions(self, journey):
        workload = WorkloadFactory()
        put_on_tenant(workload, journey.tenant)
        journey.to_products(area=M365, activities=["usage"])
        journey.post(products=[workload.pk])
        assert journey.step() == "contacts"
        journey.post(**CONTACTS)
        assert Claim.objects.get().lines.get().by_subscription is False

    def test_revenue_association_asks_for_its_own_details(self, journey, crm):
        SubscriptionFactory(tenant=journey.tenant, product=crm)
        journey.to_products(activities=["revenue_association"])
        journey.post(products=[crm.pk])
        assert "Dynamics solution seller name" in journey.page()
        journey.post(**CONTACTS, seller_name="Sam Seller", isv_solution="Fleet Manager")
        claim = Claim.objects.get()
        assert (claim.seller_name, claim.isv_solution, claim.is_revenue) == ("Sam Seller", "Fleet Manager", True)
        assert claim.lines.get().incentive is False


class TestSeedTexts:
    def test_each_step_prints_the_words_of_the_process(self, journey, crm):
        SubscriptionFactory.create_batch(2, tenant=journey.tenant, product=crm)
        seen = text_of(journey.page())
        for text in (
            "Associate customer",
            "Select the solution area you want to make a claim for.",
            "Business Applications",
            "Microsoft 365",
            "Cancel",
            "Continue",
        ):
            assert text in seen
        journey.post(solution_area=BA)
        seen = text_of(journey.page())
        for text in (
            "Select the activity you did to support your customer.",
            "Either choose an incentive fee motion (which includes pre-sales and usage) or revenue association. For more information, please consult the program guides found on the overview page .",
            "Associate with your customer via the 'pre-sales' option if you influenced their selection of an eligible product, and you want to apply for pre-sale incentives.",
            'Do not select "Revenue association" if you also want to earn incentives for this customer association',
        ):
            assert text.replace(" .", ".") in seen.replace(" .", ".")
        journey.post(activities=["pre_sales"])
        seen = text_of(journey.page())
        for text in (
            "Select the MPN ID for your company entity that will be associated with the customer. Add the customer's domain name and directory ID (tenant ID).",
            "The MPNs listed in the dropdown box below include all active MPNs that you have access to. In order to earn incentives for pre-sales in Business Applications, the MPN you select must be enrolled in the OSA Sell incentive program.",
            "Only show enrolled MPNs *",
        ):
            assert text in seen
        journey.customer()
        seen = text_of(journey.page())
        for text in (
            "Select up to four product(s)/workload(s) for which your proof of execution (POE) supports.",
            "By selecting continue, I agree to the language in the applicable Incentive guide.",
        ):
            assert text in seen
        journey.post(products=[crm.pk])
        seen = text_of(journey.page())
        for text in (
            "Enter your subscription(s) by product below. To access this information, contact the customer associated with this claim.",
            "+ Add subscription",
            "you must wait 48hrs after subscription activation",
        ):
            assert text in seen

    def test_m365_names_its_own_programme_and_only_usage(self, journey):
        journey.post(solution_area=M365)
        seen = text_of(journey.page())
        assert "Pre-sales" not in seen
        assert (
            "Associate with your customer via the 'usage' option if you drive their adoption and usage of an eligible product/workload, and you want to apply for usage incentives."
            in seen
        )
        assert "checked" in journey.page()
        journey.post(activities=["usage"])
        assert "must be enrolled in the OSU - Microsoft 365 incentive program" in text_of(journey.page())


class TestMemory:
    def test_back_keeps_what_was_typed_even_when_it_is_wrong(self, journey):
        journey.post(solution_area=BA)
        journey.post(activities=["usage"])
        here = journey.at
        journey.post(go="back", domain="not a domain", tenant_id="nonsense")
        assert journey.step() == "activity"
        assert 'value="usage"' in journey.page()
        journey.at = here
        html = journey.page()
        assert "not a domain" in html
        assert "nonsense" in html

    def test_a_look_at_the_wizard_and_cancel_leave_nothing(self, journey):
        journey.page()
        assert not ClaimDraft.objects.exists()
        journey.post(solution_area=BA)
        draft = ClaimDraft.objects.get()
        journey.client.post(reverse("association-new-cancel", args=[draft.pk]))
        assert not ClaimDraft.objects.exists()
        assert not Claim.objects.exists()

    def test_it_goes_on_after_signing_in_on_another_device(self, journey, client):
        journey.post(solution_area=BA)
        journey.post(activities=["usage"])
        client.logout()
        client.force_login(journey.membership.user)
        dashboard = client.get(reverse("associations")).content.decode()
        assert "Unfinished associations" in dashboard
        draft = ClaimDraft.objects.get()
        assert f"/new/{draft.pk}/" in dashboard

    def test_a_later_step_leads_to_the_first_incomplete_one(self, journey):
        journey.post(solution_area=BA)
        draft = ClaimDraft.objects.get()
        response = journey.client.get(reverse("association-new-step", args=[draft.pk, "contacts"]))
        assert response["Location"].endswith("/activity/")

    def test_another_solution_area_takes_back_activity_and_products(self, journey, crm):
        SubscriptionFactory(tenant=journey.tenant, product=crm)
        journey.to_products()
        journey.post(products=[crm.pk])
        draft = ClaimDraft.objects.get()
        journey.at = reverse("association-new-step", args=[draft.pk, "solution-area"])
        journey.post(solution_area=M365)
        draft.refresh_from_db()
        assert set(draft.answers) & {"activity", "products"} == set()

    def test_an_answer_that_no_longer_holds_is_asked_again(self, journey, crm):
        SubscriptionFactory(tenant=journey.tenant, product=crm)
        journey.to_products()
        journey.post(products=[crm.pk])
        journey.location.is_active = False
        journey.location.save(update_fields=["is_active"])
        journey.post(**CONTACTS)
        assert journey.step() == "customer"
        assert not Claim.objects.exists()

    def test_a_colleagues_draft_is_nobody_elses(self, journey, client):
        journey.post(solution_area=BA)
        draft = ClaimDraft.objects.get()
        client.force_login(MembershipFactory(organization=journey.membership.organization).user)
        assert client.get(reverse("association-new-step", args=[draft.pk, "activity"])).status_code == 404


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


class TestLocations:
    def test_enrolled_ones_carry_an_asterisk_and_can_be_filtered_without_javascript(self, journey):
        enrolled = LocationFactory(
            organization=journey.membership.organization, city="Bezons", country="FR", mpn_id=504203
        )
        EnrollmentFactory(location=enrolled, program=ProgramCode.OSA_SELL)
        EnrollmentFactory(location=journey.location, program=ProgramCode.OSU_M365)
        journey.post(solution_area=BA)
        journey.post(activities=["pre_sales"])
        assert "BEZONS, FR (504203) *" in journey.page()
        assert f"{journey.location} *" not in journey.page()
        filtered = journey.post(go="filter", only_enrolled="on", domain="half.typed").content.decode()
        assert "BEZONS, FR (504203) *" in filtered
        assert str(journey.location) not in filtered
        assert "half.typed" in filtered


class TestInTheDialog:
    def test_htmx_gets_the_inside_of_the_dialog_and_the_address_is_pushed(self, journey):
        response = journey.client.get(NEW, headers={"HX-Request": "true"})
        html = response.content.decode()
        assert "<html" not in html
        assert "Associate customer" in html
        assert response["HX-Push-Url"] == NEW

    def test_the_last_step_leaves_for_the_claim_page(self, journey, crm):
        SubscriptionFactory(tenant=journey.tenant, product=crm)
        journey.to_products()
        journey.post(products=[crm.pk])
        response = journey.client.post(journey.at, CONTACTS, headers={"HX-Request": "true"})
        assert response["HX-Redirect"] == Claim.objects.get().get_absolute_url()


class TestEditing:
    def test_products_and_contacts_change_and_the_difference_is_in_history(self, client):
        claim = ClaimFactory()
        client.force_login(claim.created_by)
        client.get(claim.get_absolute_url())
        other = WorkloadFactory()
        put_on_tenant(other, claim.tenant)
        for line in claim.lines.all():
            put_on_tenant(line.product, claim.tenant)
        journey = Journey.__new__(Journey)
        journey.client = client
        journey.at = client.post(reverse("claim-edit", args=[claim.pk]))["Location"]
        journey.post(location=claim.location.pk)
        journey.post(products=[other.pk])
        journey.post(**CONTACTS)
        claim.refresh_from_db()
        assert claim.lines.get().product == other
        assert claim.customer_contact_name == "Joseph Jones"
        changes = {change["label"] for change in claim.events.get(action="edit").data["changes"]}
        assert {"Product(s)", "Partner contact", "Claim name"} <= changes
        assert not ClaimDraft.objects.exists()

    @pytest.mark.parametrize("status", [ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW])
    def test_a_claim_in_review_cannot_be_edited_by_any_address(self, status, client):
        claim = ClaimFactory(status=status)
        client.force_login(claim.created_by)
        assert client.post(reverse("claim-edit", args=[claim.pk])).status_code == 409
        for slug in ("customer", "products", "contacts"):
            response = client.post(reverse("claim-edit-step", args=[claim.pk, slug]), {"claim_name": "Hacked"})
            assert response.status_code == 302
        claim.refresh_from_db()
        assert claim.name != "Hacked"
        assert not claim.events.exists()

    def test_a_submission_overtakes_an_edit_that_was_begun_before(self, client):
        claim = ClaimFactory()
        client.force_login(claim.created_by)
        client.post(reverse("claim-edit", args=[claim.pk]))
        Claim.objects.filter(pk=claim.pk).update(status=ClaimStatus.SUBMITTED)
        response = client.post(reverse("claim-edit-step", args=[claim.pk, "contacts"]), CONTACTS)
        assert response["Location"] == claim.get_absolute_url()
        claim.refresh_from_db()
        assert claim.customer_contact_name != CONTACTS["claim_name"]


@pytest.mark.parametrize("role", [Role.MEMBER, None])
def test_only_the_two_incentive_roles_come_in(role, client):
    user = MembershipFactory(role=role).user if role else claim_under_review().created_by
    if role is None:
        user.memberships.all().delete()
    client.force_login(user)
    for name in ("associations", "association-new"):
        response = client.get(reverse(name))
        assert response.status_code == 403
        assert "Incentive Admin or Incentive User" in text_of(response.content.decode()).replace("  ", " ")
