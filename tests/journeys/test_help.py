"""The help pages and the public explanation in a browser: axe in both themes, 320 pixels, and on paper."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.test_look import themed  # noqa: F401  (a fixture)
from tests.support.axe import violations_in_both_themes

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_help_passes_axe_and_fits_320_pixels(themed, scene):  # noqa: F811
    themed.sign_in("ola.demmo@fabrikam.example")
    for path in ("/resources/", "/resources/poe-guidance/", "/resources/incentive-guides/", "/about-cpor/"):
        themed.page.set_viewport_size({"width": 1280, "height": 900})
        themed.open(path)
        assert violations_in_both_themes(themed.page) == [], path
        expect(themed.page.get_by_role("heading", level=1)).to_have_count(1)
        themed.page.set_viewport_size({"width": 320, "height": 640})
        assert themed.page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_a_template_is_saved_from_the_resources_page(person, scene):
    person.sign_in("ola.demmo@fabrikam.example")
    person.page.get_by_role("link", name="Resources and support").first.click()
    with person.page.expect_download() as saved:
        person.page.get_by_role("link", name="Proof of execution template (Word)").click()
    assert saved.value.suggested_filename == "POE template.docx"


def test_the_explanation_prints_on_at_most_three_pages_without_the_portals_frame(person, scene):
    person.open("/about-cpor/")
    reader = PdfReader(io.BytesIO(person.page.pdf(format="A4")))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert len(reader.pages) <= 3
    assert "What is shared, and what is not" in text
    assert "Windows 10" not in text
