"""Two-step sign-in in a real browser: from the account menu to the sign-in with a code; axe on each of its pages."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from tests.factories import ReviewerFactory
from tests.journeys.test_look import themed
from tests.support.axe import violations_in_both_themes

__all__ = ["themed"]  # fixture

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def code(secret, *, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def looks_right(person, what):
    for width in (1280, 320):
        person.page.set_viewport_size({"width": width, "height": 900})
        assert violations_in_both_themes(person.page) == [], (what, width)
        assert person.page.evaluate("document.documentElement.scrollWidth") <= width, (what, width)
    expect(person.page.get_by_role("heading", level=1)).to_have_count(1)


def key_on(page):
    page.get_by_text("Cannot scan it?").click()
    return re.sub(r"\s", "", page.locator(".hint .mono").inner_text())


def test_a_partner_turns_it_on_signs_in_with_it_and_turns_it_off(themed, scene):
    page = themed.page
    themed.sign_in("ola.demmo@fabrikam.example")
    page.locator("summary", has_text="Account of").click()
    page.get_by_role("link", name="Two-step sign-in").click()
    themed.sees("Two-step sign-in is off.")
    looks_right(themed, "off")
    page.get_by_role("link", name="Set up").click()
    secret = key_on(page)
    looks_right(themed, "set up")
    page.get_by_label("Code from the app").fill("000000")
    themed.press("Turn on")
    themed.sees("This code is not right")
    looks_right(themed, "wrong code")
    page.get_by_label("Code from the app").fill(code(secret))
    themed.press("Turn on")
    themed.sees("10 of 10 are unused.")
    looks_right(themed, "codes")
    spare = page.locator(".code-list li").first.inner_text()
    page.get_by_role("link", name="New recovery codes").click()
    looks_right(themed, "new codes")
    themed.open("/accounts/two-step/")
    themed.sees("Two-step sign-in is on.")
    looks_right(themed, "on")
    themed.sign_in("ola.demmo@fabrikam.example")
    themed.sees("Enter your code")
    looks_right(themed, "code")
    page.get_by_label("Code", exact=True).fill(code(secret, steps=1))
    themed.press("Sign in")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    themed.sign_in("ola.demmo@fabrikam.example")
    page.get_by_label("Code", exact=True).fill(spare)
    themed.press("Sign in")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    themed.open("/accounts/two-step/reauthenticate/")
    looks_right(themed, "once more")
    themed.open("/accounts/two-step/totp/deactivate/")
    looks_right(themed, "turn off")
    themed.press("Turn off")
    themed.sees("Two-step sign-in is off.")


def test_staff_of_whom_it_is_required_set_it_up_on_the_way_to_the_desk(themed, settings):
    settings.STAFF_MFA_REQUIRED = True
    ReviewerFactory(email="robin@microsoft.example")
    page = themed.page
    themed.sign_in("robin@microsoft.example")
    themed.sees("need it to open the reviewers' desk")
    looks_right(themed, "required")
    page.get_by_label("Code from the app").fill(code(key_on(page)))
    themed.press("Turn on")
    page.get_by_role("link", name="I keep them safely. Continue").click()
    page.wait_for_url("**/admin/")
    expect(page.get_by_role("navigation", name="Desk")).to_be_visible()
