"""The dashboard in a browser: parts change in place, the address tells what is shown, focus and voice follow."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from claims.actors import Actor
from claims.enums import ClaimAction, ClaimStatus
from claims.history import record_event
from claims.models import SavedView
from tests.factories import ClaimFactory, WorkloadFactory
from tests.journeys.conftest import ASSOCIATIONS, Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def claims(scene):
    """Thirty claims of Fabrikam, three of them approved forty days ago."""
    now, workload = timezone.now(), WorkloadFactory(name="EXCHANGE ONLINE", code="EXO")
    location = scene.organization.locations.first()
    made = []
    for number in range(30):
        approved = number < 3
        claim = ClaimFactory(
            organization=scene.organization, created_by=scene.partner, location=location,
            name=f"Claim {number:02}", status=ClaimStatus.APPROVED if approved else ClaimStatus.EDITING, products=[workload],
            decided_at=now, created_at=now - timedelta(days=40), last_activity_at=now - timedelta(hours=number),
        )  # fmt: skip
        if approved:
            record_event(
                claim, ClaimAction.APPROVE, actor=Actor.system(), now=now - timedelta(days=40),
                from_status=ClaimStatus.UNDER_REVIEW, to_status=ClaimStatus.APPROVED,
            )  # fmt: skip
        made.append(claim)
    return made


def at(person, claims=None):
    person.sign_in("ola.demmo@fabrikam.example")
    person.open(ASSOCIATIONS)
    return person.page


def rows(page):
    return page.locator(".claims-table tbody tr")


def test_filters_act_while_typing_and_the_address_keeps_them(person, claims):
    page = at(person)
    expect(page.locator(".list-head__count")).to_have_text("30 claims")
    search = page.get_by_label("Search claims")
    search.press_sequentially("Claim 07")
    expect(rows(page)).to_have_count(1)
    expect(search).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("1 claim")
    expect(page).to_have_url(re.compile(r"/customer-associations/\?q=Claim\+07$"))
    page.reload()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("link", name="Search claims: Claim 07").click()
    expect(rows(page)).to_have_count(25)
    expect(search).to_have_value("")
    page.get_by_text("More filters").click()
    page.get_by_label("Approved", exact=True).check()
    expect(rows(page)).to_have_count(3)
    page.get_by_label("Needs my action").check()
    person.sees("No claim fits these filters")
    page.get_by_role("link", name="Clear all").click()
    expect(rows(page)).to_have_count(25)
    page.go_back()
    person.sees("No claim fits these filters")


def test_a_wrong_date_is_told_beside_its_field(person, claims):
    page = at(person)
    page.get_by_text("More filters").click()
    page.get_by_label("Created from").fill("2026-11-24")
    page.get_by_label("Created to").fill("2026-11-23")
    page.get_by_label("Created to").blur()
    expect(page.locator("#filter_created_to_error")).to_contain_text("This day lies before the first one.")
    expect(page.get_by_label("Created from")).to_have_value("2026-11-24")


def test_heads_sort_and_pages_turn_without_losing_the_filters(person, claims):
    page = at(person)
    page.get_by_label("Needs my action").check()
    expect(page.locator(".list-head__count")).to_have_text("27 claims")
    page.get_by_role("link", name="Claim", exact=True).click()
    expect(page.get_by_role("columnheader", name="Claim", exact=True)).to_have_attribute("aria-sort", "ascending")
    expect(rows(page).first).to_contain_text("Claim 03")
    page.get_by_role("link", name="Next").click()
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_contain_text("Claim 28")
    expect(page).to_have_url(re.compile(r"needs_action=1&sort=name&after="))
    page.get_by_role("link", name="Previous").click()
    expect(rows(page).first).to_contain_text("Claim 03")
    page.get_by_role("link", name="Claim", exact=True).click()
    expect(rows(page).first).to_contain_text("Claim 29")


def test_the_time_range_redraws_the_charts_and_nothing_else(person, claims):
    page = at(person)
    person.sees("No association was approved since")
    page.get_by_label("Needs my action").check()
    expect(page).to_have_url(re.compile(r"\?needs_action=1$"))
    page.get_by_role("radio", name="30D").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("img", name=re.compile("Approved associations over time"))).to_be_visible()
    expect(page.get_by_role("radio", name="3M")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?needs_action=1&range=3m$"))
    expect(page.get_by_label("Needs my action")).to_be_checked()
    page.get_by_role("link", name="Status", exact=True).click()
    expect(page).to_have_url(re.compile(r"needs_action=1&sort=status&range=3m$"))


def test_a_view_is_saved_used_and_deleted(person, claims):
    page = at(person)
    page.get_by_text("More filters").click()
    page.get_by_label("Approved", exact=True).check()
    expect(rows(page)).to_have_count(3)
    page.get_by_role("link", name="Save or delete views").click()
    dialog = page.get_by_role("dialog", name="Saved views")
    dialog.get_by_role("button", name="Save view").click()
    dialog.get_by_label("Name of the view").fill("My approved")
    dialog.get_by_role("button", name="Save view").click()
    person.sees("View «My approved» saved.")
    expect(page.locator("#claim-views [aria-current]")).to_have_text("My approved")
    page.get_by_role("link", name="All claims").click()
    expect(rows(page)).to_have_count(25)
    page.get_by_role("link", name="My approved").click()
    expect(rows(page)).to_have_count(3)
    page.get_by_role("link", name="Save or delete views").click()
    page.get_by_role("button", name="Delete the view My approved").click()
    person.sees("View «My approved» deleted.")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(("choice", "suffix"), [("Claims as CSV", ".csv"), ("Excel workbook", ".xlsx")])
def test_an_export_says_how_far_it_is_and_saves_the_file(person, claims, choice, suffix):
    page = at(person)
    page.get_by_text("More filters").click()
    page.get_by_label("Approved", exact=True).check()
    expect(rows(page)).to_have_count(3)
    page.get_by_role("link", name="Export claims data").click()
    dialog = page.get_by_role("dialog", name="Export claims data")
    expect(dialog).to_contain_text("3 claims fit the filters that are set")
    dialog.get_by_label(choice).check()
    with page.expect_download() as saved:
        dialog.get_by_role("button", name="Export", exact=True).click()
    expect(page.locator("#announcer")).to_contain_text("The file is ready.")
    assert saved.value.suggested_filename.endswith(suffix)
    content = Path(saved.value.path()).read_bytes()
    if suffix == ".csv":
        names = [row["Claim"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
        assert names == ["Claim 02", "Claim 01", "Claim 00"], "in the order of the list"
    else:
        assert content.startswith(b"PK")


def test_an_export_that_fails_is_told(person, claims):
    page = at(person)
    page.get_by_role("link", name="Export claims data").click()
    dialog = page.get_by_role("dialog", name="Export claims data")
    page.route("**/export/file/**", lambda route: route.fulfill(status=500, body=""))
    dialog.get_by_role("button", name="Export", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("The file could not be made.")


def test_on_a_phone_the_list_is_sorted_with_a_choice(browser, site, claims):
    context = browser.new_context(viewport={"width": 390, "height": 800})
    person = Person(context.new_page(), site)
    page = at(person)
    page.get_by_label("Sort by").select_option("name")
    expect(rows(page).first).to_contain_text("Claim 00")
    expect(page).to_have_url(re.compile(r"sort=name"))
    assert person.complaints == []
    context.close()


def test_everything_works_without_javascript(browser, site, claims):
    context = browser.new_context(java_script_enabled=False)
    person = Person(context.new_page(), site)
    page = at(person)
    page.get_by_label("Needs my action").check()
    page.get_by_label("3M").check()
    page.locator("#claims-filter").get_by_role("button", name="Show").click()
    expect(page.locator(".list-head__count")).to_have_text("27 claims")
    expect(page.get_by_role("img", name=re.compile("Approved associations over time"))).to_be_visible()
    page.get_by_role("link", name="Claim", exact=True).click()
    page.get_by_role("link", name="Next").click()
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_label("3M")).to_be_checked()
    page.get_by_role("link", name="Save or delete views").click()
    page.get_by_label("Name of the view").fill("Waiting")
    person.press("Save view")
    person.sees("View «Waiting» saved.")
    page.get_by_role("link", name="Export claims data").click()
    page.get_by_label("History as CSV").check()
    with page.expect_download() as saved:
        person.press("Export")
    assert saved.value.suggested_filename.endswith("-history.csv")
    context.close()
