"""The help pages and the public explanation in a browser, and on paper."""

import io

import pytest
from pypdf import PdfReader

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


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
