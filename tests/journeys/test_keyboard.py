"""The partner's whole way with the keyboard alone: no pointer is ever used, and the focus is always to be seen."""

import re

import pytest
from playwright.sync_api import expect

from claims.models import Claim
from tests.factories import PASSWORD, small_pdf
from tests.journeys.conftest import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MOST_TABS = 120


class Keyboard:
    """Somebody who has no pointer: moves with Tab, and checks that the focus can be seen wherever it stops."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def to(self, target):
        """Tab until ``target`` has the focus."""
        expect(target).to_be_visible()
        for _ in range(MOST_TABS):
            if target.evaluate("each => each === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            self.focus_is_seen()
        pytest.fail(f"{target} is not reached with Tab")

    def focus_is_seen(self):
        hidden = self.page.evaluate(
            """() => {
                const each = document.activeElement;
                if (!each || each === document.body || each.tagName === "DIALOG") return "";
                const box = each.getBoundingClientRect();
                const label = each.labels?.[0]?.getBoundingClientRect();
                const seen = label && box.width < 2 ? label : box;
                const outside = seen.bottom <= 0 || seen.top >= innerHeight || seen.right <= 0 || seen.left >= innerWidth;
                return outside || (seen.width < 2 && !label) ? each.outerHTML.slice(0, 160) : "";
            }"""
        )
        assert hidden == "", f"the focus is out of sight on {hidden}"

    def press(self, target, key="Enter"):
        self.to(target)
        self.page.keyboard.press(key)

    def type(self, target, text):
        self.to(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def button(self, name, within=None):
        return (within or self.page).get_by_role("button", name=name, exact=True)


def test_a_claim_is_made_edited_and_submitted_with_the_keyboard_alone(person, scene):
    page, keys = person.page, Keyboard(person)
    person.open("/accounts/login/")
    keys.type(page.get_by_label("E-mail"), "ola.demmo@fabrikam.example")
    keys.type(page.get_by_label("Password", exact=True), PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    keys.press(page.locator(".sidebar").get_by_role("link", name="Customer associations"))
    expect(page.get_by_role("heading", level=1, name="Customer Associations")).to_be_visible()
    keys.press(page.locator(".page-header").get_by_role("link", name="Customer association"))

    dialog = page.get_by_role("dialog", name="Associate customer")
    expect(dialog).to_be_visible()
    keys.to(dialog.get_by_label("Business Applications", exact=True))  # one stop for the group, as radio buttons are
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_label("Microsoft 365", exact=True)).to_be_checked()
    keys.press(keys.button("Continue", dialog))
    expect(dialog.get_by_label("Usage").first).to_be_visible()
    if not dialog.get_by_label("Usage").first.is_checked():
        keys.press(dialog.get_by_label("Usage").first, "Space")
    keys.press(keys.button("Continue", dialog))
    location = dialog.get_by_label("MPN location")
    keys.to(location)
    page.keyboard.type("TORONTO")
    expect(location.locator("option:checked")).to_have_text("TORONTO, CA (563676) *")
    keys.type(dialog.get_by_label("Customer domain name"), "microsoft.com")
    keys.type(dialog.get_by_label("Directory ID (Tenant ID)"), str(scene.tenant.tenant_id))
    keys.press(keys.button("Continue", dialog))
    keys.press(dialog.get_by_label("INTUNE"), "Space")
    keys.press(keys.button("Continue", dialog))
    keys.type(dialog.get_by_label("Business contact name"), "Joseph Jones")
    keys.type(dialog.get_by_label("Business contact email"), "joseph@microsoft.example")
    keys.type(dialog.get_by_label("Business contact work title"), "CIO")
    keys.type(dialog.get_by_label("Name this claim"), "By keyboard")
    keys.press(keys.button("Create claim", dialog))
    claim_id = person.claim_id()

    keys.press(page.locator("main").get_by_role("button", name=re.compile("^Edit")).first)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    while not dialog.get_by_label("Name this claim").is_visible():
        step = dialog.locator(".wizard__progress").text_content()
        keys.press(keys.button("Continue", dialog))
        expect(dialog.locator(".wizard__progress")).not_to_have_text(step)
    keys.type(dialog.get_by_label("Name this claim"), "Edited by keyboard")
    keys.press(keys.button("Save changes", dialog))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Edited by keyboard ({claim_id})")

    # The system's own window for files is beyond the page: reaching its field is what the page owes.
    keys.to(page.locator("#id_proof"))
    page.set_input_files("#id_proof", {"name": "POE.pdf", "mimeType": "application/pdf", "buffer": small_pdf()})
    person.sees("Ready to submit")
    keys.type(page.get_by_role("textbox", name="Optional comment"), "Typed on a keyboard")
    keys.press(page.get_by_role("link", name="History").first)
    expect(page.get_by_role("dialog")).to_contain_text("uploaded a proof of execution document")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="History").first).to_be_focused()
    keys.press(page.locator("main").get_by_role("button", name="Submit claim").first)
    dialog = page.get_by_role("dialog", name="Ready to submit your claim?")
    expect(dialog).to_contain_text("Typed on a keyboard")
    keys.press(keys.button("Submit claim", dialog))
    person.sees("was submitted for review")
    assert Claim.objects.get(pk=claim_id).status == "submitted"


def test_the_dashboard_is_filtered_and_read_with_the_keyboard_alone(person, scene):
    page, keys = person.page, Keyboard(person)
    person.sign_in("ola.demmo@fabrikam.example")
    person.open("/incentives/customer-associations/")
    keys.to(page.get_by_role("radio", name="30D"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="3M")).to_be_focused()
    keys.press(page.locator("summary", has_text="More filters"))
    keys.press(page.get_by_label("Approved", exact=True), "Space")
    person.sees("No claim fits these filters")
    expect(page.get_by_label("Approved", exact=True)).to_be_focused()
    keys.press(page.get_by_role("link", name="Status: Approved"))
    person.sees("No associations yet")
