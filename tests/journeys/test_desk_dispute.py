"""A rejection is disputed: somebody else decides, and the partner reads that this was the last word."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from claims.enums import ClaimStatus
from claims.models import Claim
from review.assigning import OWN_REJECTION
from tests.factories import ReviewerFactory
from tests.journeys.desk_people import PARTNER, choose, filed_claim, open_as_partner, open_at_desk, shown_to_partner

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
OTHER = "reviewer2@microsoft.example"
WHY = "The acceptance protocol on page 4 is signed."
# The form that the page does not show: what somebody would send who kept it open.
FORGE = """
async ([address, version]) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, decision: "approve", confirm: "1", rows: "1", version });
  const answer = await fetch(address, { method: "POST", body, redirect: "manual" });
  return [answer.status, new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent];
}
"""


def reject(page, person, *, words):
    choose(page, "Reject")
    page.get_by_label("Customer signature is missing").check()
    page.get_by_label("Message to the partner").fill(words)
    person.press("Send decision")
    person.sees("was rejected, and the partner was told why.")


@pytest.fixture
def disputed(person, scene):
    """Rejected by the one reviewer, disputed by the partner, both in the browser."""
    page = person.page
    claim = filed_claim(scene, now=timezone.now(), products=[scene.intune])
    open_at_desk(person, claim, email=scene.reviewer.email)
    reject(page, person, words="No signature is to be seen.")
    open_as_partner(person, claim)
    person.sees("This claim was rejected")
    person.sees("No signature is to be seen.")
    page.get_by_role("link", name="Dispute rejection").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Dispute").click()
    person.sees("Say why you dispute the rejection.")
    dialog.get_by_label("Why do you dispute the rejection?").fill(WHY)
    dialog.get_by_role("button", name="Dispute").click()
    person.sees("You disputed the rejection")
    return Claim.objects.get(pk=claim.pk)


def not_for_who_rejected(person, scene, claim):
    """Who rejected is not offered the dispute, finds no form, and a form sent nevertheless is refused with the sentence."""
    page = person.page
    person.sign_in(scene.reviewer.email)
    person.open("/admin/")
    person.press("Next claim")
    person.sees("No claim waits for a reviewer.")
    person.open(f"/admin/claims/{claim.pk}/")
    expect(page.locator("#decision")).to_contain_text(str(OWN_REJECTION))
    expect(page.get_by_role("button", name="Send decision")).to_have_count(0)
    expect(page.get_by_role("button", name="Take this claim")).to_have_count(0)
    status, told = page.evaluate(FORGE, [reverse("admin:review-decide", args=[claim.pk]), str(claim.version)])
    assert status == 409
    assert str(OWN_REJECTION) in told
    status, told = page.evaluate(FORGE, [reverse("admin:review-take", args=[claim.pk]), str(claim.version)])
    assert status == 409
    assert str(OWN_REJECTION) in told
    claim.refresh_from_db()
    assert (claim.status, claim.reviewer_id) == (ClaimStatus.DISPUTED, None)


def another_reviewer_takes_it(person, claim):
    """«Next claim» gives the dispute to somebody else, who reads both sides first."""
    page = person.page
    person.sign_in(ReviewerFactory(email=OTHER, full_name="Rae Second").email)
    person.open("/admin/")
    person.press("Next claim")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{claim.name} ({claim.pk})")
    expect(page.locator(".desk-claim h2").first).to_have_text("The partner disputes the rejection")
    both = page.get_by_role("region", name="The partner disputes the rejection")
    expect(both).to_contain_text(WHY)
    expect(both).to_contain_text("No signature is to be seen.")


def test_another_reviewer_upholds_the_rejection_and_that_is_final(person, scene, disputed, mails):
    page = person.page
    not_for_who_rejected(person, scene, disputed)
    another_reviewer_takes_it(person, disputed)
    reject(page, person, words="Page 4 carries a stamp, and nobody signed.")
    open_as_partner(person, disputed)
    person.sees("This claim was rejected after your dispute, and that is final")
    told = shown_to_partner(page)
    assert "Page 4 carries a stamp, and nobody signed." in told
    assert scene.reviewer.full_name not in told
    assert "Rae Second" not in told
    expect(page.get_by_role("link", name="Dispute rejection")).to_have_count(0)
    assert page.goto(f"{page.url}dispute/").status == 409
    last = mails(PARTNER)[-1].body("plain")
    assert "Page 4 carries a stamp, and nobody signed." in last
    assert "final" in last
    disputed.refresh_from_db()
    assert disputed.status == ClaimStatus.REJECTED


def test_another_reviewer_grants_the_dispute(person, scene, disputed, mails):
    page = person.page
    another_reviewer_takes_it(person, disputed)
    choose(page, "Approve")
    person.press("Send decision")
    person.press("Approve claim")
    person.sees("was approved.")
    open_as_partner(person, disputed)
    person.sees("Microsoft approved this claim on")
    assert "Rae Second" not in shown_to_partner(page)
    assert "Microsoft approved your claim" in mails(PARTNER)[-1].body("plain")
    disputed.refresh_from_db()
    assert disputed.status == ClaimStatus.APPROVED
