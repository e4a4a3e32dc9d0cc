"""The wizard's steps, word for word: prompts, labels, placeholders and buttons of the process description."""

import re

import pytest

from claims.models import Claim
from partners.models import ProgramCode
from tests.claims.journey import BA, CONTACTS, M365, text_of
from tests.factories import EnrollmentFactory, LocationFactory, ProductFactory, SubscriptionFactory, put_on_tenant

pytestmark = pytest.mark.django_db
GUID_PLACEHOLDER = "-".join(["0" + "X" * 7, "YYYY", "HHHH", "GGGG", "123456789123"])


def wizard_of(journey):
    """The wizard itself, without the frame of the page."""
    html = journey.page()
    return html[html.index('<div class="wizard"') : html.index("</main>")]


def said(journey):
    return text_of(wizard_of(journey)).replace(" .", ".")


def buttons(journey):
    """What can be pressed at the foot, in order."""
    footer = wizard_of(journey).split('<footer class="wizard__footer">')[1].split("</footer>")[0]
    return [text.strip() for text in re.findall(r"<(?:button|a)\b[^>]*>([^<]+)</(?:button|a)>", footer)]


def labels(journey):
    return [text.strip() for text in re.findall(r"<label[^>]*>\s*([^<]+?)\s*[<\n]", wizard_of(journey))]


def legends(journey):
    return [text.strip() for text in re.findall(r"<legend[^>]*>([^<]+)<", wizard_of(journey))]


def titles(journey):
    return re.findall(r'<h1 class="wizard__title">([^<]+)</h1>', wizard_of(journey))


def to_contacts(journey, crm, activities=("pre_sales",)):
    SubscriptionFactory(tenant=journey.tenant, product=crm)
    journey.to_products(activities=activities)
    journey.post(products=[crm.pk])
    assert journey.step() == "contacts"


def test_every_step_has_the_title_and_the_buttons_of_its_place(journey, crm):
    first, second = SubscriptionFactory.create_batch(2, tenant=journey.tenant, product=crm)
    assert (titles(journey), buttons(journey)) == (["Associate customer"], ["Cancel", "Continue"])
    answers = [
        ("solution-area", {"solution_area": BA}),
        ("activity", {"activities": ["pre_sales"]}),
        (
            "customer",
            {
                "location": journey.location.pk,
                "domain": journey.tenant.domains.get().name,
                "tenant_id": journey.tenant.tenant_id,
            },
        ),
        ("products", {"products": [crm.pk]}),
        ("subscriptions", {f"subscription_{crm.pk}": [first.shown_id, second.shown_id]}),
    ]
    met = []
    for _, answer in answers:
        journey.post(**answer)
        met.append(journey.step())
        last = journey.step() == "contacts"
        assert titles(journey) == ["Associate customer"]
        assert buttons(journey) == ["Back", "Cancel", "Create claim" if last else "Continue"]
    assert met == ["activity", "customer", "products", "subscriptions", "contacts"]


def test_solution_area(journey):
    assert "Select the solution area you want to make a claim for." in said(journey)
    assert legends(journey) == ["Solution area"]
    assert re.findall(r"<span>([^<]+)</span>", wizard_of(journey)) == ["Business Applications", "Microsoft 365"]


def test_activities_of_business_applications_stand_in_their_two_groups(journey):
    journey.post(solution_area=BA)
    incentive, revenue = re.findall(r"<fieldset.*?</fieldset>", wizard_of(journey), re.DOTALL)
    assert legends(journey) == ["Incentive fee", "Revenue association"]
    assert re.findall(r'value="(\w+)"', incentive) == ["pre_sales", "usage"]
    assert re.findall(r'value="(\w+)"', revenue) == ["revenue_association"]
    assert (
        "Associate with your customer via the 'usage' option if you drive their adoption and usage of an eligible product/workload, and you want to apply for usage incentives."
        in text_of(incentive)
    )
    assert "It is only applicable under the OSA Sell incentive program." in text_of(revenue)


def test_the_only_activity_of_microsoft_365_is_usage(journey):
    journey.post(solution_area=M365)
    seen = said(journey)
    assert legends(journey) == ["Incentive fee"]
    assert re.findall(r'type="checkbox"[^>]*value="(\w+)"|value="(\w+)"[^>]*type="checkbox"', wizard_of(journey)) in (
        [("usage", "")],
        [("", "usage")],
    )
    assert "Select the activity you did to support your customer." in seen
    assert "For more information, please consult the program guides found on the overview page." in seen
    assert "Either choose" not in seen


def test_location_and_customer_have_the_labels_and_placeholders_of_the_process(journey):
    journey.post(solution_area=M365)
    journey.post(activities=["usage"])
    html = wizard_of(journey)
    assert (
        "In order to earn incentives for usage in Microsoft 365, the MPN you select must be enrolled in the OSU - Microsoft 365 incentive program."
        in said(journey)
    )
    for label in ("MPN location", "Customer domain name", "Directory ID (Tenant ID)"):
        assert label in labels(journey)
    assert re.findall(r'placeholder="([^"]+)"', html) == ["company.onmicrosoft.com", GUID_PLACEHOLDER]
    assert re.search(r'href="/incentives/enrollments/"[^>]*>Manage enrollments here\.</a>', html)


def test_with_both_activities_every_program_is_named_and_one_enrollment_earns_the_asterisk(journey):
    organization = journey.membership.organization
    one, other, none = (LocationFactory(organization=organization, mpn_id=mpn) for mpn in (563676, 504203, 504204))
    EnrollmentFactory(location=one, program=ProgramCode.OSA_SELL)
    EnrollmentFactory(location=other, program=ProgramCode.OSU_BA)
    EnrollmentFactory(location=none, program=ProgramCode.OSU_M365)
    journey.post(solution_area=BA)
    journey.post(activities=["pre_sales", "usage"])
    assert (
        "earn incentives for pre-sales and usage in Business Applications, the MPN you select must be enrolled in the OSA Sell and OSU - Business Applications incentive programs."
        in said(journey)
    )
    options = re.findall(r"<option[^>]*>([^<]+)</option>", wizard_of(journey))
    assert "TORONTO, CA (563676) *" in options
    assert "TORONTO, CA (504203) *" in options
    assert "TORONTO, CA (504204)" in options


def test_products_advise_to_choose_what_is_worked_on_and_agree_by_continue_without_a_box(journey, crm):
    journey.to_products()
    html, seen = wizard_of(journey), said(journey)
    assert (
        "Only select products you are actively engaged with the customer on. Otherwise your association may be rejected or delayed."
        in seen
    )
    agreement = "By selecting continue, I agree to the language in the applicable Incentive guide."
    assert html.index(agreement) < html.index('<footer class="wizard__footer">')
    assert html.index(agreement) > html.rindex('type="checkbox"')
    assert set(re.findall(r'type="checkbox" name="(\w+)"', html)) == {"products"}


def test_subscriptions_have_one_block_for_each_product_and_say_where_the_customer_finds_the_id(journey, crm):
    marketing = ProductFactory(name="DYNAMICS 365 FOR MARKETING USL")
    put_on_tenant(marketing, journey.tenant)
    for product in (crm, marketing):
        SubscriptionFactory.create_batch(2, tenant=journey.tenant, product=product)
    journey.to_products()
    journey.post(products=[crm.pk, marketing.pk])
    html, seen = wizard_of(journey), said(journey)
    assert legends(journey) == ["DYNAMICS 365 FOR MARKETING USL", "MICROSOFT DYNAMICS CRM ONLINE BASIC"]
    assert html.count("+ Add subscription") == 2
    assert re.findall(r'placeholder="([^"]+)"', html) == [GUID_PLACEHOLDER] * 2
    steps = [
        "portal.office.com", "Billing > Products & Services", "subscription name", '"Partner"', "SubId",
        "in the middle of the page",
    ]  # fmt: skip
    places = [seen.replace("&gt;", ">").index(step) for step in steps]
    assert places == sorted(places)


def test_contacts_have_the_words_and_labels_of_the_process(journey, crm):
    to_contacts(journey, crm)
    seen = said(journey)
    assert (
        "Please provide your customer's primary contact information, and your own company's contact information for this customer. We will use this information to notify the customer of your request to be associated with their product/workload(s)."
        in seen
    )
    assert (
        "For privacy reasons, Microsoft will notify the customer contact to give them the option of denying your access to their data. The customer's Office Portal administrator will also be copied in."
        in seen
    )
    assert labels(journey) == [
        "Business contact name",
        "Business contact email",
        "Business contact work title",
        "Contact name",
        "Contact email",
        "Name this claim",
    ]
    assert "Your company information" in legends(journey)


def test_a_revenue_association_says_that_no_message_goes_to_the_customer(journey, crm):
    to_contacts(journey, crm, activities=("revenue_association",))
    assert "Customer consent opt-out emails are not sent for revenue association requests." in said(journey)
    assert "Office Portal administrator" not in said(journey)


def test_two_claims_may_carry_one_name_and_the_id_tells_them_apart(journey, crm):
    marketing = ProductFactory(name="DYNAMICS 365 FOR MARKETING USL")
    put_on_tenant(marketing, journey.tenant)
    for product in (crm, marketing):
        SubscriptionFactory(tenant=journey.tenant, product=product)
        journey.at = "/incentives/customer-associations/new/"
        journey.to_products()
        journey.post(products=[product.pk])
        journey.post(**CONTACTS | {"claim_name": "claim test"})
    first, second = Claim.objects.order_by("pk")
    assert first.name == second.name == "claim test"
    listed = text_of(journey.client.get("/incentives/customer-associations/").content.decode())
    assert listed.count("claim test ID:") == 2
    for claim in (first, second):
        assert f"claim test ID: {claim.pk}" in listed
