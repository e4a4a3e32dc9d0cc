"""Notices, their settings and the calendar in a real browser: focus, words, both themes, and without scripts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from notifications.notices import PAGE
from tests.factories import MembershipFactory
from tests.journeys.conftest import Person
from tests.notifications.test_notices import tell
from tests.support.axe import violations_in_both_themes

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LIST, SETTINGS = "/notifications/", "/notifications/settings/"
CALENDAR = "/incentives/customer-associations/calendar/"


@pytest.fixture
def ola(transactional_db):
    return MembershipFactory(user__email="ola.demmo@fabrikam.example").user


def signed_in(browser, site, ola, **options):
    person = Person(browser.new_context(**options).new_page(), site)
    person.sign_in(ola.email)
    return person


def test_marking_keeps_the_focus_speaks_and_counts(person, ola):
    first, second = tell(ola, count=2, now=timezone.now())
    person.sign_in(ola.email)
    person.open(LIST)
    row = person.page.locator(f"#notice-{second.pk}")
    row.get_by_role("button", name="Mark as read").focus()
    person.page.keyboard.press("Enter")
    expect(row.get_by_role("button", name="Mark as unread")).to_be_focused()
    expect(person.page.locator("#announcer")).to_have_text("Marked as read.")
    expect(person.page.locator("#bell")).to_contain_text("1 unread")
    person.page.get_by_role("link", name="Unread", exact=True).click()
    expect(person.page.locator(".notice")).to_have_count(1)
    expect(person.page.get_by_role("link", name="Unread", exact=True)).to_be_focused()
    person.page.get_by_role("button", name="Mark all as read").click()
    person.sees("You are up to date")
    expect(person.page.locator("#bell")).to_contain_text("none unread")
    first.refresh_from_db()
    assert first.read_at


def test_older_ones_are_appended_and_the_focus_goes_to_the_first_of_them(person, ola):
    written = tell(ola, count=PAGE + 3, now=timezone.now())
    person.sign_in(ola.email)
    person.open(LIST)
    person.page.get_by_role("link", name="Show older").click()
    expect(person.page.locator(".notice")).to_have_count(PAGE + 3)
    expect(person.page.locator(f"#notice-{written[2].pk} .notice__text button")).to_be_focused()
    expect(person.page.locator("#announcer")).to_have_text("3 older notifications shown.")
    expect(person.page.get_by_role("heading", name="Today")).to_have_count(1)
    assert person.page.url.endswith(LIST)


def test_the_bell_asks_again_when_the_tab_comes_back_but_not_too_often(person, ola):
    person.sign_in(ola.email)
    person.open(SETTINGS)
    asked = []
    person.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/bell/") else None)
    tell(ola, now=timezone.now())
    come_back = "document.dispatchEvent(new Event('visibilitychange'))"
    person.page.evaluate(come_back)
    person.page.evaluate("(() => { const real = Date.now; Date.now = () => real() + 60000; })()")
    person.page.evaluate(come_back)
    expect(person.page.locator("#bell")).to_contain_text("1 unread")
    person.page.evaluate(come_back)
    assert len(asked) == 1


def test_a_tab_that_comes_back_after_the_session_ended_stays_as_it_is(person, ola):
    person.sign_in(ola.email)
    person.open(SETTINGS)
    person.page.context.clear_cookies()
    person.page.evaluate("(() => { const real = Date.now; Date.now = () => real() + 60000; })()")
    with person.page.expect_request("**/bell/"):
        person.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    person.page.wait_for_timeout(300)
    assert person.page.url.endswith(SETTINGS)
    expect(person.page.locator(".toast")).to_have_count(0)


def test_days_are_the_readers_own(browser, site, ola):
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)  # two days on an island fourteen hours ahead
    tell(ola, title="Day before", now=noon - timedelta(days=1, hours=11))
    tell(ola, title="Early", now=noon - timedelta(hours=11))
    tell(ola, title="Late", now=noon)
    person = signed_in(browser, site, ola, timezone_id="Pacific/Kiritimati")
    person.open(LIST)
    found = person.page.evaluate(
        "[...document.querySelectorAll('[data-day]')].map((day) =>"
        " [day.querySelector('h2').textContent, day.querySelectorAll('.notice').length])"
    )
    assert found == [["March 11, 2026", 1], ["March 10, 2026", 1], ["March 9, 2026", 1]]
    person.page.context.close()


def test_the_settings_are_saved_and_an_address_is_made_copied_and_revoked(browser, site, ola):
    person = signed_in(browser, site, ola, permissions=["clipboard-read", "clipboard-write"])
    page = person.page
    person.open(SETTINGS)
    page.get_by_label("Claim approved").uncheck()
    person.press("Save")
    expect(page.locator("#toasts")).to_contain_text("Your e-mail settings are saved.")
    expect(page.get_by_role("button", name="Save")).to_be_focused()
    expect(page.get_by_label("Claim approved")).not_to_be_checked()
    person.press("Create calendar address")
    address = page.get_by_label("Address", exact=True).input_value()
    person.press("Copy address")
    expect(page.locator("#toasts")).to_contain_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == address
    assert page.request.get(address).status == 200
    page.locator("summary", has_text="Revoke").click()
    person.press("Revoke the address")
    expect(page.get_by_role("button", name="Create calendar address")).to_be_visible()
    assert page.request.get(address).status == 404
    assert person.complaints == []
    page.context.close()


def test_everything_works_without_scripts(browser, site, ola):
    (notice,) = tell(ola, count=1, now=timezone.now())
    person = signed_in(browser, site, ola, java_script_enabled=False)
    page = person.page
    person.open(LIST)
    page.get_by_role("button", name="Mark as read").click()
    person.sees("Marked as read: Claim approved")
    notice.refresh_from_db()
    assert notice.read_at
    person.open(SETTINGS)
    page.get_by_label("Claim rejected").uncheck()
    person.press("Save")
    person.sees("Your e-mail settings are saved.")
    expect(page.get_by_label("Claim rejected")).not_to_be_checked()
    person.press("Create calendar address")
    address = page.get_by_label("Address", exact=True).input_value()
    assert page.request.get(address).status == 200
    person.open(SETTINGS)
    page.locator("summary", has_text="Revoke").click()
    person.press("Revoke the address")
    person.sees("The calendar address is revoked.")
    page.context.close()


def test_every_state_passes_axe_and_fits_320_pixels(browser, site, ola):
    tell(ola, count=2, title="A long name without any space: " + "x" * 120, now=timezone.now())
    person = signed_in(browser, site, ola, viewport={"width": 1280, "height": 900})
    page = person.page

    def check(state):
        page.set_viewport_size({"width": 1280, "height": 900})
        assert violations_in_both_themes(page) == [], state
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, state

    for path in (LIST, f"{LIST}?show=unread", f"{LIST}?before=1", SETTINGS, CALENDAR):
        person.open(path)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        check(path)
    person.press("Create calendar address")
    page.locator("summary", has_text="How to add it").click()
    page.locator("summary", has_text="Make a new address").click()
    check("a new address")
    assert person.complaints == []
    page.context.close()
