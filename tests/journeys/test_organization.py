"""The settings of an organisation in a browser: somebody is invited, joins, is changed and removed; and axe."""

import re

import pytest
from playwright.sync_api import expect

from partners.models import Membership, Role
from tests.factories import MembershipFactory, UserFactory
from tests.journeys.test_look import themed
from tests.support.axe import violations_in_both_themes

__all__ = ["themed"]  # fixture

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_person_is_invited_joins_and_is_removed_again(person, scene, mails):
    page = person.page
    person.sign_in("ola.demmo@fabrikam.example")
    person.open("/organization/people/")
    page.get_by_role("link", name="Invite a person").click()
    dialog = page.get_by_role("dialog", name="Invite a person")
    dialog.get_by_label("Full name").fill("Nell New")
    dialog.get_by_role("button", name="Send invitation").click()
    expect(dialog.locator("#id_email_error")).to_contain_text("Enter an e-mail address.")
    expect(dialog.get_by_label("Full name")).to_have_value("Nell New")
    dialog.get_by_label("E-mail address").fill("nell@fabrikam.example")
    dialog.get_by_role("button", name="Send invitation").click()
    person.sees("Invitation to nell@fabrikam.example is on its way.")

    link = re.search(r"https?://\S+/join/[\w-]{43}/", mails("nell@fabrikam.example")[0].body("plain")).group()
    page.context.clear_cookies()
    person.open(link)
    page.get_by_label("Password", exact=True).fill("wide open violet sky")
    page.get_by_label("Password again").fill("wide open violet sky")
    person.press("Create account and join")
    person.sees("Welcome to Fabrikam Consulting. Your role is Incentive User.")

    person.sign_in("ola.demmo@fabrikam.example")
    person.open("/organization/people/")
    page.get_by_label("Find people by name or e-mail address").fill("nell")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Nell New").click()
    dialog = page.get_by_role("dialog", name="Nell New")
    dialog.get_by_text("Only the locations selected below").click()
    dialog.get_by_text("BEZONS, FR (504203)").click()
    dialog.get_by_role("button", name="Save changes").click()
    person.sees("Role and access of Nell New saved.")
    page.get_by_role("link", name="Nell New").click()
    page.get_by_role("link", name="Remove from the organization").click()
    page.get_by_role("dialog", name="Remove Nell New?").get_by_role("button", name="Remove person").click()
    person.sees("Nell New no longer belongs to the organization.")
    person.open("/organization/changes/")
    for text in ("Invited", "Joined the organization", "MPN access changed", "Removed from the organization"):
        person.sees(text)
    assert not Membership.objects.filter(user__email="nell@fabrikam.example").exists()


def test_an_enrollment_changes_in_place_and_keeps_the_focus(person, scene):
    person.sign_in("ola.demmo@fabrikam.example")
    person.open("/incentives/enrollments/")
    button = person.page.get_by_role("button", name="Enroll BEZONS, FR (504203): OSA Sell")
    button.focus()
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_role("button", name="Leave BEZONS, FR (504203): OSA Sell")).to_be_focused()
    expect(person.page.locator("#toasts")).to_contain_text("Enrollments of BEZONS, FR (504203) changed.")


def test_very_long_names_of_people_pass_axe_and_fit_320_pixels(themed, scene):
    user = UserFactory(full_name="A very long name " * 6, email=f"{'long' * 12}@fabrikam.example")
    member = MembershipFactory(organization=scene.organization, user=user, role=Role.MEMBER)
    themed.sign_in("ola.demmo@fabrikam.example")
    page, own = themed.page, f"/organization/people/{member.pk}/"
    for path in ("/organization/people/", own, "/join/unknown/"):
        page.set_viewport_size({"width": 1280, "height": 900})
        themed.open(path)
        assert violations_in_both_themes(page) == [], path
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
