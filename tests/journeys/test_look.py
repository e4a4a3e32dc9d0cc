"""States that no address leads to, in both themes for axe, and what scripts add to forms."""

from datetime import timedelta, timezone

import pytest
from playwright.sync_api import expect

from customers.enums import SolutionArea
from tests.factories import (
    ClaimFactory,
    MembershipFactory,
    ProductFactory,
    put_on_tenant,
    submitted_claim,
)
from tests.journeys.conftest import ASSOCIATIONS, Person
from tests.support.axe import violations_in_both_themes

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def themed(browser, site):
    """Somebody whose pages are looked at in both themes."""
    context = browser.new_context(color_scheme="light", viewport={"width": 1280, "height": 900})
    person = Person(context.new_page(), site)
    yield person
    assert person.complaints == []
    context.close()


def test_a_refused_sign_in_passes_axe(themed):
    themed.open("/accounts/login/")
    themed.page.get_by_label("E-mail").fill("nobody@nowhere.example")
    themed.page.get_by_label("Password", exact=True).fill("wrong")
    themed.press("Sign in")
    expect(themed.page.get_by_role("alert")).to_be_visible()
    assert violations_in_both_themes(themed.page) == []


def test_menu_and_dialog_on_a_narrow_screen_pass_axe(themed, scene):
    submitted_claim(organization=scene.organization, location=scene.organization.locations.first())
    themed.sign_in("ola.demmo@fabrikam.example")
    page = themed.page
    page.set_viewport_size({"width": 320, "height": 640})
    themed.open(ASSOCIATIONS)
    page.locator("summary", has_text="Menu").click()
    assert violations_in_both_themes(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Customer association", exact=True).first.click()
    expect(page.get_by_role("dialog", name="Associate customer")).to_be_visible()
    assert violations_in_both_themes(page) == []


def test_the_dialog_takes_the_focus_and_gives_it_back(person, scene):
    claim = submitted_claim(organization=scene.organization)
    person.sign_in("ola.demmo@fabrikam.example")
    person.open(f"{ASSOCIATIONS}{claim.pk}/")
    opener = person.page.get_by_role("link", name="History")
    opener.focus()
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#dialog-title")).to_be_focused()
    person.page.keyboard.press("Escape")
    expect(person.page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_fifth_product_is_held_back_and_the_count_is_spoken(person, scene):
    for number in range(4):
        put_on_tenant(ProductFactory(name=f"DYNAMICS 365 EXTRA {number}"), scene.tenant)
    page = person.page
    person.sign_in("ola.demmo@fabrikam.example")
    person.open(f"{ASSOCIATIONS}new/")
    page.get_by_label(str(SolutionArea.BUSINESS_APPLICATIONS.label), exact=True).check()
    page.get_by_role("button", name="Continue").last.click()
    page.get_by_label("Usage").first.check()
    page.get_by_role("button", name="Continue").last.click()
    only_enrolled = page.get_by_label("Only show enrolled MPNs *")
    only_enrolled.check()
    everything = page.locator("#id_location option").count()
    only_enrolled.uncheck()
    assert page.locator("#id_location option").count() > everything
    page.get_by_label("MPN location").select_option(index=1)
    page.get_by_label("Customer domain name").fill("microsoft.com")
    page.get_by_label("Directory ID (Tenant ID)").fill(str(scene.tenant.tenant_id))
    page.get_by_role("button", name="Continue").last.click()
    boxes = page.get_by_role("checkbox")
    for number in range(4):
        boxes.nth(number).check()
    expect(page.locator("#announcer")).to_have_text("4 of 4 selected. Unselect one to choose another.")
    expect(boxes.nth(4)).to_be_disabled()
    boxes.nth(0).uncheck()
    expect(boxes.nth(4)).to_be_enabled()


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(person, scene):
    claim = ClaimFactory(organization=scene.organization)
    person.sign_in("ola.demmo@fabrikam.example")
    person.open(f"{ASSOCIATIONS}{claim.pk}/")
    sent = []
    person.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    person.page.evaluate("document.querySelector('[data-dropzone]').dataset.maxBytes = 100")
    person.upload("Large.pdf")
    expect(person.page.locator("#toasts")).to_contain_text("Large.pdf is larger than")
    assert sent == []


def test_moments_are_written_in_the_readers_zone(browser, site, scene):
    claim = submitted_claim(organization=scene.organization)
    document = claim.documents.get()
    context = browser.new_context(timezone_id="Pacific/Kiritimati")  # fourteen hours ahead of UTC
    person = Person(context.new_page(), site)
    person.sign_in("ola.demmo@fabrikam.example")
    person.open(f"{ASSOCIATIONS}{claim.pk}/")
    there = document.uploaded_at.astimezone(timezone(timedelta(hours=14)))
    expect(person.page.locator("time[data-when=seconds]").first).to_have_text(
        f"{there:%B} {there.day}, {there.year} at {there.hour % 12 or 12}:{there:%M:%S %p}"
    )
    context.close()


def test_the_readers_theme_outlasts_the_page(person, scene):
    person.sign_in("ola.demmo@fabrikam.example")
    person.page.locator("summary", has_text="Account of").click()
    person.page.get_by_label("Dark").check()
    person.open("/notifications/")
    assert person.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 20, 20)"


def test_a_lost_connection_is_said(person, scene):
    person.sign_in("ola.demmo@fabrikam.example")
    page = person.page
    page.route(f"**{ASSOCIATIONS}new/", lambda route: route.abort())
    page.get_by_role("link", name="Customer association", exact=True).first.click()
    expect(page.locator("#toasts")).to_contain_text("The portal cannot be reached.")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".toast")).to_have_count(0)
    person.complaints.clear()  # htmx logs the aborted request


def test_a_member_without_a_role_reads_why(themed, scene):
    viewer = MembershipFactory(organization=scene.organization, role="member").user
    themed.sign_in(viewer.email)
    themed.sees("Only users with the role Incentive Admin or Incentive User")
    assert violations_in_both_themes(themed.page) == []
