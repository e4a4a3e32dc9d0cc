"""The proof of execution template as a PDF and for Word: four parts, prefilled, fillable, readable for everybody."""

import pytest
from docx.oxml.ns import qn

from claims.enums import Activity
from claims.papers.poe import poe_template
from claims.papers.poe_docx import poe_template_docx
from claims.papers.poe_form import ACTIVITY_TYPES, poe_form, printable
from customers.enums import SolutionArea
from kit.errors import RuleViolation
from tests.claims.papers import controls_of, is_tagged, open_docx, open_pdf, structure_of, text_of
from tests.factories import ClaimFactory, ProductFactory, SubscriptionFactory, TenantFactory, WorkloadFactory

pytestmark = pytest.mark.django_db
BUSINESS = SolutionArea.BUSINESS_APPLICATIONS
HOSTILE = '<img src="file:///etc/passwd"> & <script>alert(1)</script>'


@pytest.fixture
def usage_claim():
    return ClaimFactory(products=WorkloadFactory.create_batch(2), name="M365 for CompanyX")


def fields_of(reader):
    return {name: str(field.get("/V", "")) for name, field in (reader.get_fields() or {}).items()}


def expected_values(claim):
    return {
        "partner_company": claim.organization.name,
        "mpn_location": f"TORONTO, CA (MPN: {claim.location.mpn_id})",
        "customer_company": claim.tenant.display_name,
        "customer_domain": claim.customer_domain,
        "tenant_id": str(claim.tenant.tenant_id).upper(),
        "customer_name": "Joseph Jones",
        "customer_title": "IT manager",
        "partner_name": "Pat Partner",
    }


LEFT_OPEN = {
    "project_name", "customer_signature", "customer_signed_on", "partner_signature", "partner_signed_on", "activities_1",
    "activities_2", "milestone_1", "milestone_5_date", "milestone_1_product", "document_1", "document_3_shows",
}  # fmt: skip


class TestPdf:
    def test_it_is_prefilled_with_what_the_claim_knows_and_leaves_the_rest_open(self, usage_claim):
        fields = fields_of(open_pdf(poe_template(usage_claim)))
        known = expected_values(usage_claim)
        assert {name: fields[name] for name in known} == known
        assert {name: fields[name] for name in LEFT_OPEN} == dict.fromkeys(LEFT_OPEN, "")
        for code, _ in ACTIVITY_TYPES:
            assert fields[f"usage_{code}_1"] == fields[f"usage_{code}_2"] == "/Off"

    def test_every_field_says_what_it_is_for(self, usage_claim):
        fields = open_pdf(poe_template(usage_claim)).get_fields()
        spoken = {name: field["/TU"] for name, field in fields.items()}
        assert not [name for name, text in spoken.items() if text == name or not text]
        assert len(set(spoken.values())) == len(spoken)
        assert spoken["tenant_id"] == "Directory ID (Tenant ID)"
        label = usage_claim.lines.all()[0].product.label
        assert spoken["usage_training_1"] == f"Training of users and administrators: {label}"

    def test_it_has_four_parts_in_order_and_names_the_claim_on_every_page(self, usage_claim):
        reader = open_pdf(poe_template(usage_claim))
        text = text_of(reader)
        parts = ["1. Partner and customer", "2. Customer acknowledgment", "3. Activities and", "4. Usage: products"]
        places = [text.index(part) for part in parts]
        assert places == sorted(places)
        assert "within the 12 months" in text
        for line in usage_claim.lines.all():
            assert line.product.label in text
        for number, page in enumerate(reader.pages, start=1):
            said = page.extract_text()
            assert f"Page {number} of {len(reader.pages)}" in said
            assert f"Claim {usage_claim.pk}" in said

    def test_it_is_tagged_titled_and_in_english(self, usage_claim):
        reader = open_pdf(poe_template(usage_claim))
        assert is_tagged(reader)
        assert reader.trailer["/Root"]["/Lang"] == "en-US"
        assert reader.metadata.title == f"Proof of execution: Claim {usage_claim.pk}"
        assert reader.metadata.author == "Microsoft Partner Center"
        kinds = [element.get("/S") for element in structure_of(reader)]
        assert {"/H1", "/H2", "/Table", "/TH", "/Form"} <= set(kinds)
        assert kinds.count("/Form") == len(reader.get_fields())

    def test_hostile_names_are_text(self):
        claim = ClaimFactory(name=HOSTILE, customer_contact_name='"><input name="x">')
        claim.organization.name = HOSTILE
        reader = open_pdf(poe_template(claim))
        fields = fields_of(reader)
        assert fields["partner_company"] == HOSTILE
        assert fields["customer_name"] == '"><input name="x">'
        assert "x" not in fields
        assert '<img src="file' in text_of(reader)
        assert "root:" not in text_of(reader)


class TestWord:
    def test_it_holds_the_same_values_and_the_same_open_places_as_the_pdf(self, usage_claim):
        fields = fields_of(open_pdf(poe_template(usage_claim)))
        controls = controls_of(open_docx(poe_template_docx(usage_claim)))
        assert set(controls) == set(fields)
        known = expected_values(usage_claim)
        assert {name: controls[name][1] for name in known} == known
        assert controls["customer_signature"] == ("Customer signature", "Click to enter")
        assert controls["usage_training_2"][1] == "☐"

    def test_its_headings_make_an_outline(self, usage_claim):
        document = open_docx(poe_template_docx(usage_claim))
        outline = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith(("Title", "Head"))]
        labels = [("Heading 2", line.product.label) for line in usage_claim.lines.all()]
        assert outline == [
            ("Title", "Proof of execution"),
            ("Heading 1", "1. Partner and customer"),
            ("Heading 1", "2. Customer acknowledgment"),
            ("Heading 2", "Public sector disclosure"),
            ("Heading 1", "3. Activities and supporting documents"),
            *labels,
            ("Heading 2", "Milestones"),
            ("Heading 2", "Supporting documents"),
            ("Heading 1", "4. Usage: products and workloads for each type of activity"),
        ]

    def test_every_table_repeats_its_header_row(self, usage_claim):
        tables = open_docx(poe_template_docx(usage_claim)).tables
        assert [len(table.rows) for table in tables] == [7, 8, 6, 4, len(ACTIVITY_TYPES) + 1]
        for table in tables:
            marks = [
                row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows
            ]
            assert marks == [True] + [False] * (len(marks) - 1)

    def test_it_says_who_made_it_what_it_is_and_in_which_language(self, usage_claim):
        document = open_docx(poe_template_docx(usage_claim))
        about = document.core_properties
        assert (about.author, about.last_modified_by, about.language) == ("CPOR portal", "CPOR portal", "en-US")
        assert about.title == f"Proof of execution: Claim {usage_claim.pk}"
        assert "python-docx" not in f"{about.comments} {about.keywords} {about.subject}"
        assert {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))} == {"en-US"}
        section = document.sections[0]
        codes = [each.text.strip() for each in section.footer._element.iter(qn("w:instrText"))]
        assert codes == ["PAGE", "NUMPAGES"]
        assert f"Claim {usage_claim.pk}" in section.footer.paragraphs[0].text
        assert f"Claim {usage_claim.pk}" in section.header.paragraphs[0].text

    def test_hostile_names_are_text(self):
        claim = ClaimFactory(name=HOSTILE, customer_contact_name="Jo\x0bseph\x02 </w:t>")
        claim.organization.name = HOSTILE
        document = open_docx(poe_template_docx(claim))
        controls = controls_of(document)
        assert controls["partner_company"][1] == HOSTILE
        assert controls["customer_name"][1] == "Joseph </w:t>"
        assert any(HOSTILE in paragraph.text for paragraph in document.paragraphs)


class TestWhatDependsOnTheClaim:
    def test_pre_sales_alone_has_no_fourth_part_and_speaks_of_revenue(self):
        product = ProductFactory()
        subscription = SubscriptionFactory(product=product)
        claim = ClaimFactory(
            solution_area=BUSINESS, activities=[Activity.PRE_SALES], products=[product], subscriptions=[subscription]
        )
        reader = open_pdf(poe_template(claim))
        text = text_of(reader)
        assert "4. Usage" not in text
        assert "drive revenue growth." in text
        assert subscription.shown_id in text
        assert not [name for name in reader.get_fields() if name.startswith("usage_")]
        document = open_docx(poe_template_docx(claim))
        assert not [name for name in controls_of(document) if name.startswith("usage_")]
        assert f"Subscription {subscription.shown_id}" in [paragraph.text for paragraph in document.paragraphs]

    def test_both_activities_together_speak_of_both(self):
        claim = ClaimFactory(
            solution_area=BUSINESS, activities=[Activity.PRE_SALES, Activity.USAGE], products=[ProductFactory()]
        )
        form = poe_form(claim)
        assert (form.growth, form.with_usage) == ("revenue growth and usage growth", True)

    @pytest.mark.parametrize(
        ("country", "shown"), [("US", True), ("PR", True), ("pr", True), ("", True), ("DE", False)]
    )
    def test_the_public_sector_paragraph_is_for_the_united_states_and_puerto_rico(self, country, shown):
        claim = ClaimFactory(tenant=TenantFactory(country=country))
        assert ("Public sector disclosure" in text_of(open_pdf(poe_template(claim)))) is shown
        assert ("public_sector" in controls_of(open_docx(poe_template_docx(claim)))) is shown

    def test_a_revenue_association_has_none(self):
        claim = ClaimFactory(solution_area=BUSINESS, activities=[Activity.REVENUE], products=[ProductFactory()])
        for make in (poe_template, poe_template_docx):
            with pytest.raises(RuleViolation, match="needs no proof of execution"):
                make(claim)

    def test_the_blank_one_asks_for_up_to_four_products_and_knows_nobody(self, usage_claim):
        reader = open_pdf(poe_template(None))
        fields = fields_of(reader)
        assert {f"product_{number}" for number in range(1, 5)} <= set(fields)
        assert set(fields.values()) == {"", "/Off"}
        assert set(controls_of(open_docx(poe_template_docx(None)))) == set(fields)
        assert usage_claim.organization.name not in text_of(reader)
        assert {"Public sector disclosure", "4. Usage"} <= {
            part for part in ("Public sector disclosure", "4. Usage") if part in text_of(reader)
        }


def test_control_characters_are_left_out_and_letters_of_all_scripts_stay():
    assert printable("A\x00\x1b\x85B\ufffe Ærøskøbing 東京 \N{GRINNING FACE}") == "AB Ærøskøbing 東京 \N{GRINNING FACE}"


@pytest.mark.parametrize("lines", [1, 3])
def test_its_queries_do_not_grow_with_the_products(lines, django_assert_num_queries):
    claim = ClaimFactory(products=WorkloadFactory.create_batch(lines))
    with django_assert_num_queries(2):
        poe_form(claim)
