"""The reviewers' desk in a browser: every page of it usable by all, clean under the content-security policy."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from claims.enums import ClaimStatus
from tests.factories import DocumentFactory, claim_under_review
from tests.journeys.desk_people import handed_in
from tests.support.axe import violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def assert_accessible(page):
    assert violations(page, only=None) == []


def test_a_reviewer_works_through_the_queue(person, scene):
    page, today = person.page, timezone.localdate()
    first = claim_under_review(
        name="M365 for Contoso", tenant=scene.tenant, products=[scene.intune], review_due_on=today, queue_due_on=today
    )
    DocumentFactory(claim=first, name="Purchase order.pdf")
    now = timezone.now()
    second = handed_in(now=now, name="M365 for Northwind", tenant=scene.tenant, products=[scene.aip])
    rival = handed_in(now=now, name="AIP rival", tenant=scene.tenant, products=[scene.aip])
    person.sign_in(scene.reviewer.email)

    person.open("/admin/")
    assert_accessible(page)
    page.get_by_role("link", name="All claims").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).not_to_contain_text("Conflict")
    expect(rows.nth(1)).to_contain_text("Conflict")
    expect(rows.nth(2)).to_contain_text("Conflict")
    rows.first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"M365 for Contoso ({first.pk})")

    # An incomplete decision comes back with what was typed.
    page.get_by_label("Request action").check()
    page.get_by_label("Message to the partner").fill("Page 3 shows no date.")
    person.press("Send decision")
    person.sees("Choose at least one reason, so that the partner knows what to do.")
    expect(page.get_by_label("Message to the partner")).to_have_value("Page 3 shows no date.")
    assert_accessible(page)

    # An approval is asked about once more, and Back keeps the message.
    page.get_by_label("Approve").check()
    person.press("Send decision")
    person.sees("A message goes to the customer")
    person.press("Back")
    expect(page.get_by_label("Message to the partner")).to_have_value("Page 3 shows no date.")
    page.get_by_label("Request action").check()
    page.get_by_label("Dates are missing or out of date").check()
    expect(page.get_by_text("Dates cannot be seen or are out of date.")).to_be_visible()
    person.press("Send decision")
    person.sees("waits for the partner")
    first.refresh_from_db()
    assert first.status == ClaimStatus.ACTION_REQUIRED

    # The next claim is one click away, and its review starts.
    page.locator("#decision").get_by_role("button", name="Next claim").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"M365 for Northwind ({second.pk})")
    person.sees(f"AIP rival ({rival.pk})")
    person.press("Start review")
    person.sees("You started the review")
    with page.expect_download() as download:
        page.get_by_role("link", name="Statement of Work.pdf", exact=True).click()
    assert download.value.suggested_filename == "Statement of Work.pdf"
    page.set_viewport_size({"width": 320, "height": 800})
    for address in ("/admin/", reverse("admin:review-queue"), reverse("admin:review-claim", args=[second.pk])):
        person.open(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
