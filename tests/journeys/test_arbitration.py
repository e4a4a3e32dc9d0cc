"""Arbitration in a browser: a partner that holds loses, a second reviewer confirms, and everybody reads its own letter."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from claims.deciding import approve, start_review
from claims.enums import ClaimStatus
from claims.models import Association
from claims.submitting import add_comment, submit
from review.models import CaseParty
from tests.factories import (
    ClaimFactory,
    DocumentFactory,
    OrganizationFactory,
    ReviewerFactory,
    partner_actor,
    reviewer_actor,
)
from tests.review.arbitration.acting import act, plan_for
from tests.support.axe import violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def assert_usable(page):
    """Accessible, and nothing runs out at the side of a narrow screen."""
    assert violations(page, only=None) == []
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
    page.set_viewport_size(size)


def filed(scene, name, firm, now):
    organization = OrganizationFactory(name=firm)
    claim = ClaimFactory(
        name=name,
        organization=organization,
        tenant=scene.tenant,
        products=[scene.intune],
        partner_contact_email=f"contact@{firm.lower()}.example",
        customer_contact_email=f"it.{firm.lower()}@microsoft.example",
    )
    DocumentFactory(claim=claim, name=f"{firm} statement.pdf")
    submit(claim, actor=partner_actor(claim), now=now)
    start_review(claim, actor=reviewer_actor(), now=now)
    return claim


def test_a_partner_that_holds_loses_after_a_second_reviewer_confirmed(person, scene, mails):
    holder = filed(scene, "Intune of Alpha", "Alphafirm", timezone.now())
    approve(holder, actor=reviewer_actor(), now=timezone.now())
    rival = filed(scene, "Intune of Beta", "Betafirm", timezone.now())
    ReviewerFactory(email="second@microsoft.example", full_name="Sam Second")
    page = person.page

    # The case was opened by itself, and the claim alone cannot be approved.
    person.sign_in(scene.reviewer.email)
    person.open(f"/admin/claims/{rival.pk}/")
    page.get_by_role("link", name=re.compile(r"^case \d+$")).click()
    expect(page.get_by_role("heading", name="Alphafirm")).to_be_visible()
    expect(page.get_by_role("heading", name="Betafirm")).to_be_visible()
    assert_usable(page)
    page.get_by_role("link", name="Cases", exact=True).first.click()
    expect(page.get_by_role("row", name=re.compile("Alphafirm.*Betafirm"))).to_contain_text("Ready to decide")
    assert_usable(page)
    page.get_by_role("link", name="Waiting for answers").click()
    person.sees("No case waits for a partner's answer.")
    page.get_by_role("link", name="Running").click()
    page.get_by_role("link", name=re.compile(r"^Case \d+$")).click()

    # Scores advise.
    person.press("Take this case")
    page.get_by_role("link", name="Score Betafirm").click()
    page.get_by_label("Points, Most recent proof").select_option("4")
    page.get_by_label("Note, Most recent proof").fill("Uploaded this week.")
    assert_usable(page)
    person.press("Save scores")
    person.sees("100 %")

    # An incomplete decision keeps what was typed.
    page.get_by_role("link", name="Decide", exact=True).click()
    page.get_by_label("Letter if it is not selected to Alphafirm").fill("Another proof was signed more recently.")
    assert_usable(page)
    person.press("Preview the decision")
    person.sees("Write down why you decide so.")
    person.sees("Select a partner for")
    expect(page.get_by_label("Letter if it is not selected to Alphafirm")).to_have_value(
        "Another proof was signed more recently."
    )
    page.get_by_label("Betafirm", exact=False).first.check()
    page.get_by_label("Why do you decide so?").fill("The newer one is signed by both.")
    person.press("Preview the decision")
    person.sees("Its association ends for")
    person.sees("Another proof was signed more recently.")
    assert_usable(page)
    assert "Microsoft approved your claim." in mails("contact@alphafirm.example")[-1].body("plain")
    person.press("Propose to a second reviewer")
    person.sees("You cannot confirm your own proposal.")
    assert_usable(page)
    address = page.url

    # The second reviewer confirms; everything happens at once.
    person.sign_in("second@microsoft.example")
    person.open(address)
    person.sees("The newer one is signed by both.")
    assert_usable(page)
    person.press("Confirm and carry out")
    person.sees("Every partner was told about its own claim.")
    person.sees("confirmed by Sam Second")
    assert_usable(page)
    holder.refresh_from_db()
    rival.refresh_from_db()
    assert (holder.status, rival.status) == (ClaimStatus.ENDED, ClaimStatus.APPROVED)
    assert Association.objects.get(ended_at=None).claim == rival

    # Each reads its own letter, and nothing of the other.
    lost = mails("contact@alphafirm.example")[-1]
    assert "Another proof was signed more recently." in lost.body("plain")
    assert "Betafirm" not in lost.body("plain")
    won = mails("contact@betafirm.example")[-1]
    assert "Microsoft approved your claim." in won.body("plain")
    assert "Alphafirm" not in won.body("plain")
    asked = mails("it.betafirm@microsoft.example")[-1]
    assert "INTUNE" in asked.body("plain")
    assert "Alphafirm" not in asked.body("plain")
    person.sign_in(holder.created_by.email)
    person.open(f"/incentives/customer-associations/{holder.pk}/history/")
    person.sees("ended the association after comparing claims of several partners.")
    expect(page.locator("body")).not_to_contain_text("Betafirm")


def test_a_proposal_that_a_partners_comment_overtook_leads_its_readers_on(person, scene):
    holder = filed(scene, "Intune of Alpha", "Alphafirm", timezone.now())
    approve(holder, actor=reviewer_actor(), now=timezone.now())
    rival = filed(scene, "Intune of Beta", "Betafirm", timezone.now())
    ReviewerFactory(email="second@microsoft.example", full_name="Sam Second")
    page = person.page
    case = CaseParty.objects.get(claim=rival).case
    decision = act(case, plan_for(case, INTUNE=rival), scene.reviewer, now=timezone.now())
    add_comment(rival, text="Signed now.", actor=partner_actor(rival), now=timezone.now())

    person.sign_in("second@microsoft.example")
    person.open(f"/admin/cases/{case.pk}/")
    person.sees("This case changed since the decision was proposed, so it cannot be confirmed.")
    expect(page.get_by_role("button", name="Confirm and carry out")).to_have_count(0)
    assert_usable(page)
    page.get_by_label("Why do you return it?").fill("Read the comment of Betafirm first.")
    person.press("Return the proposal")
    person.sees("The case is open again.")
    decision.refresh_from_db()
    assert decision.state == "returned"

    # The fresh decision tells whoever is selected why, too.
    page.get_by_role("link", name="Decide", exact=True).click()
    page.get_by_text("Letter if it is selected to Betafirm").click()
    expect(page.get_by_label("Its text for Betafirm, if it is selected")).to_have_value(re.compile("read in full"))
    assert_usable(page)
    page.get_by_label("Betafirm", exact=False).first.check()
    page.get_by_label("Why do you decide so?").fill("Both signed.")
    person.press("Preview the decision")
    person.sees("It is recent, and it shows explicitly what the guidance asks for.")
