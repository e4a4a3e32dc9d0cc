"""Resources and support, guidance on proof of execution, incentive guides: who comes in, what they say, where they lead."""

import html
import re

import pytest
from django.urls import reverse

from claims.models import ReasonCode
from claims.papers.guidance import RULES, SITES
from kit.uploads import ACCEPTED_EXTENSIONS
from partners.models import ProgramCode
from tests.claims.papers import open_docx, open_pdf
from tests.factories import ClaimFactory, MembershipFactory, ProductFactory, ReviewerFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGES = ["resources", "poe-guidance", "incentive-guides"]
BLANKS = ["poe-template", "poe-template-docx"]
EXTERNAL = {
    "https://mspartner.microsoft.com",
    "https://partner.microsoft.com/membership/partner-incentives",
    "https://partnercenter.microsoft.com/partner/home",
    "https://partnerincentives.microsoft.com",
}


def said(answer):
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def links(answer):
    return re.findall(r"<a\s[^>]*>", answer.content.decode())


@pytest.fixture
def partner(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


class TestWhoComesIn:
    @pytest.mark.parametrize("name", PAGES + BLANKS)
    def test_strangers_are_sent_to_the_sign_in_page(self, name, client):
        answer = client.get(reverse(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))
        with_htmx = client.get(reverse(name), headers={"HX-Request": "true"})
        assert (with_htmx.status_code, with_htmx["HX-Redirect"]) == (204, reverse("account_login"))

    @pytest.mark.parametrize("name", PAGES + BLANKS)
    @pytest.mark.parametrize("make", [lambda: MembershipFactory(role="member").user, ReviewerFactory, UserFactory])
    def test_everybody_with_an_account_may_read_help(self, name, make, client):
        client.force_login(make())
        assert client.get(reverse(name)).status_code == 200
        assert client.post(reverse(name)).status_code == 405

    @pytest.mark.parametrize("name", PAGES)
    def test_the_page_is_the_same_with_and_without_htmx(self, name, client, partner):
        token = re.compile(rb'X-CSRFToken": "[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"')
        plain = token.sub(b"", client.get(reverse(name)).content)
        assert token.sub(b"", client.get(reverse(name), headers={"HX-Request": "true"}).content) == plain

    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("claims", [1, 3])
    def test_it_asks_only_for_the_frame_and_the_reasons(self, name, claims, client, partner, django_assert_num_queries):
        ClaimFactory.create_batch(claims, organization=partner.organization)
        with django_assert_num_queries(5):
            client.get(reverse(name))


class TestResources:
    def test_it_leads_to_the_four_sites_and_says_what_they_are_for(self, client, partner):
        answer = client.get(reverse("resources"))
        outside = {re.search(r'href="([^"]+)"', link)[1] for link in links(answer) if 'href="http' in link}
        assert outside == EXTERNAL == {site.address for site in SITES}
        for site in SITES:
            assert str(site.name) in said(answer)
            assert str(site.purpose) in said(answer)

    def test_it_says_the_way_to_support_in_order(self, client, partner):
        text = said(client.get(reverse("resources")))
        steps = ["Support tab select", "Contact Support", "As Category select Partner Incentives", "Topic", "Issue"]
        places = [text.index(step) for step in steps]
        assert places == sorted(places)

    def test_it_leads_to_every_guide_and_template_and_all_answer(self, client, partner):
        answer = client.get(reverse("resources"))
        names = ["poe-guidance", "incentive-guides", "overview", "poe-template", "poe-template-docx", "about-cpor"]
        for name in names:
            assert f'href="{reverse(name)}"' in answer.content.decode()
            assert client.get(reverse(name)).status_code == 200
        assert f'href="{reverse("claim-guide")}"' in answer.content.decode()

    def test_who_has_no_incentive_role_is_not_led_to_a_page_that_refuses(self, client):
        client.force_login(MembershipFactory(role="member").user)
        assert f'href="{reverse("overview")}"' not in client.get(reverse("resources")).content.decode()

    def test_the_sidebar_marks_it(self, client, partner):
        page = client.get(reverse("resources")).content.decode()
        assert re.search(rf'href="{reverse("resources")}" aria-current="page"', page)
        below = client.get(reverse("poe-guidance")).content.decode()
        assert re.search(rf'href="{reverse("resources")}" aria-current="true"', below)


@pytest.mark.parametrize("name", [*PAGES, "about-cpor"])
def test_links_that_leave_are_marked_and_open_in_place(name, client, partner):
    for link in links(client.get(reverse(name))):
        if 'href="http' in link:
            assert 'rel="external noopener"' in link
        assert "target=" not in link


class TestPoeGuidance:
    def test_it_gives_five_rules_with_a_good_and_a_bad_example_each(self, client, partner):
        text = said(client.get(reverse("poe-guidance")))
        assert len(RULES) == 5
        for number, rule in enumerate(RULES, start=1):
            assert f"{number}. {rule.title}" in text
            for part in (rule.meaning, rule.good, rule.bad, rule.why):
                assert str(part) in text

    def test_it_names_kinds_formats_and_limits_as_the_upload_has_them(self, client, partner, settings):
        settings.MAX_DOCUMENT_BYTES = 7 * 1024 * 1024
        text = said(client.get(reverse("poe-guidance")))
        for kind in ("Statement of Work", "Master Agreement", "Purchase Order"):
            assert kind in text
        assert f"File formats: {', '.join(ACCEPTED_EXTENSIONS)}." in text
        assert "Up to 7 MB for each file" in text

    def test_it_gives_the_reasons_for_refusal_as_staff_word_them(self, client, partner):
        ReasonCode.objects.create(code="crayon", title="<b>Crayon</b>", text="Please use ink & paper.")
        ReasonCode.objects.filter(code="names_missing").update(is_active=False)
        answer = client.get(reverse("poe-guidance"))
        assert "<b>Crayon" not in answer.content.decode()
        assert "<b>Crayon</b> Please use ink & paper. Follow the reviewer's message." in html.unescape(
            " ".join(re.sub(r"</?(?!b>)[a-z][^>]*>", " ", answer.content.decode()).split())
        )
        assert "Partner or customer name is not visible" not in said(answer)

    def test_it_says_that_quality_decides_and_what_needs_no_proof(self, client, partner):
        text = said(client.get(reverse("poe-guidance")))
        assert "Its quality decides about the claim. Every claim needs it, except a revenue association." in text

    def test_it_stands_without_any_reason(self, client, partner):
        ReasonCode.objects.update(is_active=False)
        assert "Why claims come back" not in said(client.get(reverse("poe-guidance")))

    def test_it_has_a_checklist_for_each_activity_and_leads_to_the_templates(self, client, partner):
        answer = client.get(reverse("poe-guidance"))
        for heading in ("Pre-sales", "Usage", "Revenue association"):
            assert f"<h3>{heading}</h3>" in answer.content.decode()
        for name in BLANKS:
            assert f'href="{reverse(name)}"' in answer.content.decode()


def test_the_incentive_guides_tell_every_program_and_what_one_agrees_to(client, partner, settings):
    settings.SUBSCRIPTION_WAIT_HOURS, settings.GUIDE_VERSION = 53, "FY77"
    text = said(client.get(reverse("incentive-guides")))
    for program in ProgramCode:
        assert program.label in text
    assert text.count("at least 53 hours ago") == 2
    assert "By selecting continue, I agree to the language in the applicable Incentive guide." in text
    assert "The current edition is FY77." in text
    assert "Power BI is not claimed here" in text


class TestTemplates:
    def test_the_blank_ones_are_downloaded(self, client, partner):
        pdf = client.get(reverse("poe-template"))
        assert pdf["Content-Disposition"] == 'attachment; filename="POE template.pdf"'
        assert open_pdf(pdf.content).metadata.title == "Proof of execution: Blank template"
        word = client.get(reverse("poe-template-docx"))
        assert word["Content-Disposition"] == 'attachment; filename="POE template.docx"'
        assert open_docx(word.content).core_properties.subject == "Blank template"

    def test_the_claim_page_leads_to_both_and_they_are_the_claims(self, client, partner):
        claim = ClaimFactory(organization=partner.organization)
        page = client.get(claim.get_absolute_url()).content.decode()
        for name, kind in (("claim-template", "pdf"), ("claim-template-docx", "docx")):
            address = reverse(name, args=[claim.pk])
            assert f'href="{address}"' in page
            answer = client.get(address)
            assert answer["Content-Disposition"] == f'attachment; filename="POE template {claim.pk}.{kind}"'
        assert open_docx(answer.content).core_properties.subject == f"Claim {claim.pk}"

    @pytest.mark.parametrize("name", ["claim-template", "claim-template-docx"])
    def test_a_revenue_association_gets_a_sentence_instead(self, name, client, partner):
        claim = ClaimFactory(
            organization=partner.organization,
            solution_area="business_applications",
            activities=["revenue_association"],
            products=[ProductFactory()],
        )
        answer = client.get(reverse(name, args=[claim.pk]))
        assert answer.status_code == 409
        assert "needs no proof of execution" in said(answer)

    @pytest.mark.parametrize("name", ["claim-template", "claim-template-docx"])
    def test_another_partners_claim_is_not_found(self, name, client, partner):
        claim = ClaimFactory(name="Secret plans of a rival")
        answer = client.get(reverse(name, args=[claim.pk]))
        assert answer.status_code == 404
        assert b"Secret" not in answer.content
