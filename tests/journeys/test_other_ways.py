"""Microsoft 365 until the window closes, revenue association, no JavaScript, and a stranger."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from claims.deadlines import sweep
from claims.models import Association, Claim, ClaimDraft
from customers.models import ConsentRequest
from tests.factories import DocumentFactory, MembershipFactory, UserFactory, submitted_claim
from tests.journeys.conftest import ASSOCIATIONS, Person, consent_link

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def file_claim(person, *, area, activity, product, name):
    """Walk the wizard with whole pages or in the dialog, whatever the browser makes of it."""
    page = person.page
    person.open(f"{ASSOCIATIONS}new/")
    page.get_by_label(area, exact=True).check()
    person_continue(page)
    page.get_by_label(activity).first.check()
    person_continue(page)
    page.get_by_label("MPN location").select_option(label="TORONTO, CA (563676) *")
    page.get_by_label("Customer domain name").fill("microsoft.com")
    page.get_by_label("Directory ID (Tenant ID)").fill("72f988bf-86f1-41af-91ab-2d7cd011db47")
    person_continue(page)
    page.get_by_label(product).check()
    person_continue(page)
    page.get_by_label("Business contact name").fill("Joseph Jones")
    page.get_by_label("Business contact email").fill("joseph@microsoft.example")
    page.get_by_label("Business contact work title").fill("CIO")
    page.get_by_label("Name this claim").fill(name)
    page.get_by_role("button", name="Create claim").click()
    return person.claim_id()


def person_continue(page):
    page.get_by_role("button", name="Continue").last.click()
    page.wait_for_load_state()


def approve(person, claim_id):
    person.sign_in("reviewer@microsoft.example")
    person.open(f"/admin/claims/{claim_id}/")
    person.press("Start review")
    person.page.get_by_label("Approve", exact=False).first.check()
    person.press("Send decision")
    person.page.get_by_role("button", name="Approve").click()
    person.page.wait_for_load_state()
    assert Claim.objects.get(pk=claim_id).status == "approved"


def submit(person):
    person.page.get_by_role("button", name="Submit claim").click()
    person.page.get_by_role("dialog").get_by_role("button", name="Submit claim").click()
    expect(person.page.locator(".page-header")).to_contain_text("Submitted")


def test_m365_usage_approved_and_the_window_closes(person, scene, mails):
    person.sign_in("ola.demmo@fabrikam.example")
    claim_id = file_claim(
        person,
        area="Microsoft 365",
        activity="Usage",
        product="AZURE INFORMATION PROTECTION (AIP)",
        name="M365 for CompanyX",
    )
    person.upload("POE.pdf")
    person.sees("Ready to submit")
    submit(person)
    approve(person, claim_id)
    [asked] = mails("joseph@microsoft.example")
    assert "Dear Customer," in asked.body("plain")
    assert "[AZURE INFORMATION PROTECTION (AIP), AIP]" in asked.body("plain")
    person.sign_in("ola.demmo@fabrikam.example")
    person.open(f"{ASSOCIATIONS}{claim_id}/")
    person.sees("may opt out until")
    person.sees("Approved indicates the status of the customer association, not the status of the payment.")
    sweep(now=timezone.now() + timedelta(days=7))
    assert Claim.objects.get().in_effect_at is not None
    person.open(consent_link(asked))
    person.sees("Deny Request")
    assert Association.objects.filter(ended_at=None).count() == 1


def test_revenue_association_needs_no_proof_and_tells_no_customer(person, scene, mails):
    person.sign_in("ola.demmo@fabrikam.example")
    claim_id = file_claim(
        person,
        area="Business Applications",
        activity="Revenue association",
        product="DYNAMICS 365 FOR MARKETING USL",
        name="Revenue",
    )
    person.sees("A revenue association needs no proof of execution")
    submit(person)
    approve(person, claim_id)
    assert mails("joseph@microsoft.example") == []
    assert not ConsentRequest.objects.filter(asks=True).exists()
    assert Association.objects.get().exclusive is False


def test_the_whole_way_of_the_partner_without_javascript(browser, site, scene, mails):
    context = browser.new_context(java_script_enabled=False)
    person = Person(context.new_page(), site)
    person.sign_in("ola.demmo@fabrikam.example")
    page = person.page
    claim_id = file_claim(person, area="Microsoft 365", activity="Usage", product="INTUNE", name="Without script")
    page.set_input_files("#id_proof", {"name": "POE.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"})
    person.press("Upload")
    person.sees("is damaged or is not a PDF file")
    person.upload("POE.pdf")
    person.press("Upload")
    person.sees("Ready to submit")
    page.get_by_text("Add note").click()
    page.get_by_label("Note on POE.pdf").fill("Signed on page 3")
    person.press("Save note")
    person.sees("Signed on page 3")
    page.get_by_role("textbox", name="Optional comment").fill("Typed without script")
    person.press("Save comments")
    person.sees("Typed without script")
    person.press("Edit")
    person_continue(page)
    person_continue(page)
    page.get_by_label("Name this claim").fill("Still without script")
    person.press("Save changes")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Still without script ({claim_id})")
    person.press("Submit claim")
    person.sees("Ready to submit your claim?")
    person.press("Submit claim")
    person.sees("awaits Microsoft review")
    context.close()


def test_esc_keeps_the_draft_and_cancel_leaves_nothing(person, scene):
    page = person.page
    person.sign_in("ola.demmo@fabrikam.example")
    page.get_by_role("link", name="Customer association", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Microsoft 365").check()
    dialog.get_by_role("button", name="Continue").last.click()
    expect(dialog.get_by_label("Usage")).to_be_checked()
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{ASSOCIATIONS}")
    page.locator("summary", has_text="1 unfinished association").click()
    person.sees("Unfinished associations")
    page.get_by_role("link", name="Resume").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("unfinished association")).to_have_count(0)
    assert not ClaimDraft.objects.exists()


def test_a_stranger_finds_nothing_of_the_claim(person, scene):
    claim = submitted_claim(organization=scene.organization, name="Secret plans")
    document = DocumentFactory(claim=claim)
    rival = UserFactory(email="admin@northwind.example")
    MembershipFactory(user=rival)
    person.sign_in("admin@northwind.example")
    for path in ("", "history/", "submit/", "template/", f"documents/{document.pk}/"):
        answer = person.page.goto(f"{person.site}{ASSOCIATIONS}{claim.pk}/{path}")
        assert answer.status == 404, path
        assert "Secret" not in person.page.content()
    person.open(ASSOCIATIONS)
    assert "Secret" not in person.page.content()
    assert person.page.goto(f"{person.site}/admin/claims/{claim.pk}/").status == 403
