"""A claim for Dynamics 365 from the wizard to the customer's denial, with every part real."""

import re

import pytest
from playwright.sync_api import expect

from claims.models import Association, Claim
from tests.journeys.conftest import ASSOCIATIONS, consent_link

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_pre_sales_with_subscriptions_action_required_approved_and_denied(person, scene, mails):
    page = person.page
    ids = [
        subscription.shown_id for subscription in scene.tenant.subscriptions.filter(sku_id=scene.crm.skus.get().sku_id)
    ]

    # The partner files the claim in the dialog over the dashboard.
    person.sign_in("ola.demmo@fabrikam.example")
    page.get_by_role("link", name="Customer association", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Select the solution area you want to make a claim for.")
    dialog.get_by_label("Business Applications").check()
    dialog.get_by_role("button", name="Continue").last.click()
    dialog.get_by_label("Pre-sales").check()
    dialog.get_by_role("button", name="Continue").last.click()
    dialog.get_by_label("MPN location").select_option(label="TORONTO, CA (563676) *")
    dialog.get_by_label("Customer domain name").fill("contoso.example")
    dialog.get_by_label("Directory ID (Tenant ID)").fill("72F988BF-86F1-41AF-91AB-2D7CD011DB47")
    dialog.get_by_role("button", name="Continue").last.click()
    expect(dialog).to_contain_text("do not match")
    expect(dialog.get_by_label("Customer domain name")).to_have_value("contoso.example")
    dialog.get_by_label("Customer domain name").fill("microsoft.com")
    dialog.get_by_role("button", name="Continue").last.click()
    dialog.get_by_label("MICROSOFT DYNAMICS CRM ONLINE BASIC").check()
    dialog.get_by_label("DYNAMICS 365 FOR MARKETING USL").check()
    dialog.get_by_role("button", name="Continue").last.click()
    expect(dialog).to_contain_text("Enter your subscription(s) by product below.")
    expect(dialog).not_to_contain_text("DYNAMICS 365 FOR MARKETING USL")
    dialog.get_by_label("Subscription 1 of MICROSOFT DYNAMICS CRM ONLINE BASIC").fill("not an id")
    dialog.get_by_role("button", name="Continue").last.click()
    expect(dialog).to_contain_text("This subscription is invalid or has already been claimed.")
    dialog.get_by_label("Subscription 1 of MICROSOFT DYNAMICS CRM ONLINE BASIC").fill(ids[0])
    dialog.get_by_role("button", name="+ Add subscription").click()
    dialog.get_by_label("Subscription 2 of MICROSOFT DYNAMICS CRM ONLINE BASIC").fill(ids[1])
    dialog.get_by_role("button", name="Continue").last.click()
    dialog.get_by_label("Business contact name").fill("Joseph Jones")
    dialog.get_by_label("Business contact email").fill("joseph@microsoft.example")
    dialog.get_by_label("Business contact work title").fill("CIO")
    dialog.get_by_role("button", name="Back").click()
    expect(dialog).to_contain_text("Enter your subscription(s)")
    dialog.get_by_role("button", name="Continue").last.click()
    expect(dialog.get_by_label("Business contact name")).to_have_value("Joseph Jones")
    dialog.get_by_label("Name this claim").fill("Dynamics for CompanyX")
    dialog.get_by_role("button", name="Create claim").click()

    # The claim page: no submission without proof of execution.
    claim_id = person.claim_id()
    assert claim_id >= 1_000_000
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Dynamics for CompanyX ({claim_id})")
    person.sees("Proof of execution document is required to submit this claim.")
    expect(page.get_by_role("button", name="Submit claim")).to_be_disabled()
    person.upload("Proof of Execution with CompanyX.pdf")
    expect(page.locator("#claim")).to_contain_text("Uploaded by Ola Demmo on")
    expect(page.locator("#claim")).to_contain_text("Ready to submit")
    page.get_by_role("textbox", name="Optional comment").fill("I have a comment on this claim")
    page.get_by_role("button", name="Submit claim").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Ready to submit your claim?")
    expect(dialog).to_contain_text("I have a comment on this claim")
    dialog.get_by_role("button", name="Submit claim").click()
    expect(page.locator(".page-header")).to_contain_text("Submitted")
    assert len(mails("ola.demmo@fabrikam.example")) == 1

    # A reviewer asks for more.
    person.sign_in("reviewer@microsoft.example")
    person.open(f"/admin/claims/{claim_id}/")
    person.sees("Proof of Execution with CompanyX.pdf")
    person.press("Start review")
    page.get_by_label("Request action").check()
    page.get_by_role("checkbox", name="Product or workload is not in the proof of execution").check()
    page.get_by_label("Message to the partner").fill("The portal is not named on page 2.")
    person.press("Send decision")
    assert Claim.objects.get().status == "partner_action_required"

    # The partner is told, edits, adds a document, and submits again.
    told = mails("ola.demmo@fabrikam.example")[-1]
    assert "The portal is not named on page 2." in told.body("plain")
    assert "Robin" not in told.body("plain") + told.body("html")
    person.sign_in("ola.demmo@fabrikam.example")
    person.open(f"{ASSOCIATIONS}{claim_id}/")
    person.sees("Action required")
    person.sees("The products/services purchased by the customer have not been specified.")
    page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Continue").last.click()
    dialog.get_by_label("DYNAMICS 365 FOR MARKETING USL").uncheck()
    dialog.get_by_role("button", name="Continue").last.click()
    expect(dialog).to_contain_text("Enter your subscription(s) by product below.")
    dialog.get_by_role("button", name="Continue").last.click()
    dialog.get_by_role("button", name="Save changes").click()
    person.claim_id()
    expect(page.locator("#claim")).not_to_contain_text("DYNAMICS 365 FOR MARKETING USL")
    person.upload("Signed page.pdf", "signed")
    expect(page.locator("#claim")).to_contain_text("Signed page.pdf")
    expect(page.get_by_role("button", name="Submit claim")).to_be_disabled()
    page.locator(".fix-item").get_by_label(re.compile("^Done")).check()
    person.sees("1 of 1 done")
    page.get_by_role("button", name="Submit claim").click()
    page.get_by_role("dialog").get_by_role("button", name="Submit claim").click()
    expect(page.locator(".page-header")).to_contain_text("Under review")

    # Approved: associations open, the customer is asked, the partner is not copied.
    person.sign_in("reviewer@microsoft.example")
    person.open(f"/admin/claims/{claim_id}/")
    page.get_by_label("Approve", exact=False).first.check()
    person.press("Send decision")
    person.sees("joseph@microsoft.example")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_load_state()
    assert Claim.objects.get().status == "approved"
    assert Association.objects.filter(ended_at=None).count() == 2
    asked = [mail for mail in mails("joseph@microsoft.example") if "joseph@microsoft.example" in mail.recipients]
    assert len(asked) == 1
    assert sorted(asked[0].recipients) == ["admin@microsoft.example", "joseph@microsoft.example"]
    assert "MICROSOFT DYNAMICS CRM ONLINE BASIC" in asked[0].body("plain")

    # The customer looks, then denies.
    page.context.clear_cookies()
    person.open(consent_link(asked[0]))
    person.sees("Fabrikam Consulting")
    assert Claim.objects.get().status == "approved"
    page.get_by_label("Partner is unknown").check()
    page.get_by_label("Comments optional").fill("We never met them.")
    person.press("Deny Request")
    person.sees("denied")
    assert Claim.objects.get().status == "consent_denied"
    assert not Association.objects.filter(ended_at=None).exists()
    person.open(consent_link(asked[0]))
    person.sees("already denied")

    # The partner reads it, without the comment, which the customer kept to itself.
    person.sign_in("ola.demmo@fabrikam.example")
    person.open(ASSOCIATIONS)
    person.sees("Customer consent denied")
    person.sees("Customer on")
    person.open(f"{ASSOCIATIONS}{claim_id}/history/")
    for sentence in (
        "created this claim.",
        "asked for more information.",
        "edited the claim.",
        "approved the claim.",
        "denied the association.",
    ):
        person.sees(sentence)
    assert "We never met them" not in page.content()
    assert "Robin" not in page.content()
