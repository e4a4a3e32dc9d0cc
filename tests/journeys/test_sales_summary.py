"""The Sales summary in a browser: both themes, 320 pixels, switching in place, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import MembershipFactory
from tests.journeys.test_look import themed
from tests.revenue.samples import associate, crm, erp, line, some_import, subscription_of
from tests.support.axe import violations_in_both_themes

__all__ = ["themed"]  # fixture

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SUMMARY = "/partnersource/sales-summary/"
DETAILS = f"{SUMMARY}details/"


@pytest.fixture
def sold(scene):
    """ERP and CRM revenue of fourteen months, with credits, in two currencies."""
    some_import()
    for product in (crm("DYNAMICS 365 FOR SALES"), erp("DYNAMICS 365 FINANCE")):
        for _ in range(15):
            held = subscription_of(product)
            associate(scene.organization, product=product, tenant=held.tenant, subscription=held)
            for month in ("2025-09", "2026-01", "2026-09"):
                line(month, product=product, subscription=held, amount="1200.50", enhancement="99", seats=12)
            line("2026-09", product=product, subscription=held, amount="-20", currency="EUR")
    return scene


def test_its_pages_pass_axe_and_fit_320_pixels(themed, sold):
    themed.sign_in("ola.demmo@fabrikam.example")
    page = themed.page
    for path in (f"{SUMMARY}?area=crm&currency=EUR", f"{DETAILS}?currency=EUR"):
        page.set_viewport_size({"width": 1280, "height": 900})
        themed.open(path)
        for hint in page.locator("details.hint > summary").all():
            hint.click()
        assert violations_in_both_themes(page) == [], path
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_the_empty_pages_pass_axe(themed, scene):
    themed.sign_in("ola.demmo@fabrikam.example")
    for path in (SUMMARY, DETAILS):
        themed.open(path)
        assert violations_in_both_themes(themed.page) == [], path


def test_area_and_currency_switch_in_place_and_the_focus_stays(person, sold):
    page = person.page
    person.sign_in("ola.demmo@fabrikam.example")
    page.get_by_role("link", name="Sales summary").first.click()
    expect(page.get_by_role("heading", level=2)).to_have_text(
        "AX/D365 Rev Rec Performance (Gross to Partner) - 12 Month Roll"
    )
    page.get_by_label("Performance Area").focus()
    page.get_by_label("Performance Area").select_option("crm")
    expect(page.get_by_role("heading", level=2)).to_have_text(
        "CRM/D365 Rev Rec Performance (Gross to Partner) - 12 Month Roll"
    )
    expect(page.get_by_label("Performance Area")).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("CRM/D365 Rev Rec, Organization, US Dollars")
    expect(page).to_have_url(re.compile("area=crm"))
    page.get_by_label("Currency").select_option("EUR")
    expect(page.locator("#sales")).to_contain_text("-€300.00")
    page.get_by_role("link", name="Show Detailed CRM/D365 Rev Rec Revenue Information").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Detailed CRM/D365 Rev Rec Revenue Information")
    expect(page.get_by_label("Currency")).to_have_value("EUR")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    assert download.value.suggested_filename == "sales-crm-EUR-2025-11-to-2026-10.csv"


def test_it_works_without_javascript(browser, site, sold):
    person_of = MembershipFactory(organization=sold.organization).user
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/accounts/login/?next={SUMMARY}")
    page.get_by_label("E-mail").fill(person_of.email)
    page.get_by_label("Password", exact=True).fill("correct horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Performance Area").select_option("crm")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("CRM/D365 Rev Rec")
    page.get_by_role("link", name="Show Detailed CRM/D365 Rev Rec Revenue Information").click()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("link", name="First page")).to_be_visible()
    expect(page.get_by_label("Performance Area")).to_have_value("crm")
    context.close()
