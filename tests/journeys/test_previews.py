"""A reviewer looks through documents in a browser: turning pages in place, by keyboard, and without scripts."""

import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import PASSWORD, DocumentFactory, submitted_claim
from tests.review.previews import samples
from tests.support.axe import violations_in_both_themes

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def assert_accessible(page):
    assert violations_in_both_themes(page, only=None) == []


@pytest.fixture
def claim(scene):
    claim = submitted_claim(tenant=scene.tenant, products=[scene.intune])
    for name, kind, data in (
        ("Work.pdf", "pdf", samples.pdf(pages=3)),
        ("Prices.xlsx", "xlsx", samples.workbook(rows=250, columns=40)),
        ("Old.doc", "doc", b"x"),
    ):
        DocumentFactory(claim=claim, name=name, kind=kind, file=ContentFile(data, name=name), sha256=f"{name:0>64}")
    return claim


def address(claim, name):
    document = claim.documents.get(name=name)
    return reverse("admin:review-preview", args=[claim.pk, document.pk])


def test_pages_turn_in_place_by_keyboard_and_the_picture_is_really_there(person, scene, claim):
    page = person.page
    person.sign_in(scene.reviewer.email)
    person.open(address(claim, "Work.pdf"))
    picture = page.get_by_role("img", name="Page 1 of 3 of Work.pdf")
    expect(picture).to_have_js_property("naturalHeight", 1600)
    page.evaluate("window.stayed = true")
    following = page.get_by_role("link", name=re.compile("^Next page"))
    following.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Page 2 of 3 of Work.pdf")).to_have_js_property("naturalHeight", 1600)
    expect(following).to_be_focused()
    page.get_by_label("Page", exact=True).fill("3")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("img", name="Page 3 of 3 of Work.pdf")).to_be_visible()
    expect(following).to_have_attribute("aria-disabled", "true")
    assert page.evaluate("window.stayed") is True
    assert page.url.endswith("?page=3")
    page.get_by_text("Text of this page").click()
    person.sees("Page of proof")
    page.go_back()
    expect(page.get_by_role("img", name="Page 2 of 3 of Work.pdf")).to_be_visible()


@pytest.mark.long(40)
def test_every_kind_of_preview_passes_axe_and_fits_320_pixels(person, scene, claim):
    page = person.page
    person.sign_in(scene.reviewer.email)
    for name in ("Work.pdf", "Prices.xlsx", "Old.doc"):
        page.set_viewport_size({"width": 1280, "height": 900})
        person.open(address(claim, name))
        assert_accessible(page)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_without_scripts_the_same_pages_are_links(browser, site, scene, claim):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("E-mail").fill(scene.reviewer.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.goto(site + address(claim, "Work.pdf"))
    page.get_by_role("link", name=re.compile("^Next page")).click()
    expect(page.get_by_role("img", name="Page 2 of 3 of Work.pdf")).to_be_visible()
    page.get_by_label("Page", exact=True).fill("1")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("img", name="Page 1 of 3 of Work.pdf")).to_be_visible()
    context.close()
