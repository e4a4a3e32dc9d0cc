"""Decisions product by product, and the way there and back of a request: both sides in a browser, with scripts and without."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from claims.eligibility import product_choices
from claims.enums import ClaimStatus
from claims.models import Association
from claims.submitting import add_comment
from customers.enums import SolutionArea
from review.models import Note
from tests.factories import (
    DocumentFactory,
    EnrollmentFactory,
    LocationFactory,
    MembershipFactory,
    UserFactory,
    partner_actor,
)
from tests.journeys.conftest import ASSOCIATIONS, Person
from tests.journeys.desk_people import (
    CUSTOMER,
    PARTNER,
    choose,
    exchange,
    filed_claim,
    judge,
    open_as_partner,
    open_at_desk,
    shown_to_partner,
    submit_again,
)
from tests.journeys.test_other_ways import person_continue

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
IN_WORDS = "Only Intune and AIP are in the work plan."


@pytest.fixture(params=[True, False], ids=["with-scripts", "without-scripts"])
def anybody(request, browser, site):
    """Somebody in a browser that runs scripts, and once more in one that does not."""
    context = browser.new_context(java_script_enabled=request.param)
    person = Person(context.new_page(), site)
    person.runs_scripts = request.param
    yield person
    assert person.complaints == []
    context.close()


def add_reason(page, number, *, reason, about, words):
    row = page.get_by_role("group", name=f"Reason {number}", exact=True)
    row.get_by_label("Reason", exact=True).select_option(label=reason)
    row.get_by_label("About", exact=True).select_option(label=about)
    row.get_by_label("Own words", exact=True).fill(words)


def names_held(claim):
    held = Association.objects.filter(claim=claim, ended_at=None)
    return sorted(held.values_list("product__name", flat=True))


def test_two_products_are_approved_and_the_third_is_free_for_a_rival(anybody, scene, mails):
    person, page, third = anybody, anybody.page, exchange(scene)
    claim = filed_claim(scene, now=timezone.now(), products=[scene.intune, scene.aip, third])
    Note.objects.create(claim=claim, author=scene.reviewer, text="Known for thin proof.", written_at=timezone.now())

    open_at_desk(person, claim, email=scene.reviewer.email)
    judge(page, scene.intune, "Accept")
    judge(page, scene.aip, "Accept")
    part = judge(page, third, "Not approved")
    if person.runs_scripts:
        person.sees("It follows: Approve in part: 2 of 3 products")
        expect(page.get_by_role("radio", name=re.compile("^Approve"))).to_be_checked()

    # What was refused needs its reason; what was chosen stays.
    person.press("Send decision")
    person.sees(f"Choose a reason about {third.label}, so that the partner knows why.")
    expect(part.get_by_label("Not approved", exact=True)).to_be_checked()
    part.get_by_label("Product or workload is not in the proof of execution").check()
    page.get_by_label("Message to the partner").fill(IN_WORDS)

    # The preview shows both mails, and sends none.
    person.press("Preview what the partner gets")
    person.sees("Approve in part: this is what would be sent. Nothing has been sent yet.")
    sheet = page.get_by_role("region", name="Preview of the decision")
    expect(sheet).to_contain_text(IN_WORDS)
    expect(sheet.get_by_role("listitem").filter(has_text=third.label).first).to_contain_text("Not approved")
    expect(sheet).to_contain_text(CUSTOMER)
    assert mails(CUSTOMER) == []
    assert names_held(claim) == []
    person.press("Send decision")
    expect(page.get_by_text("Not approved, and free again for others:")).to_be_visible()
    assert names_held(claim) == []
    person.press("Approve in part")
    person.sees(f"Claim {claim.pk} was approved for 2 of 3 products.")
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.APPROVED
    assert names_held(claim) == sorted([scene.intune.name, scene.aip.name])

    # The partner reads which and why, and who decided stays with Microsoft.
    open_as_partner(person, claim)
    person.sees("Microsoft approved a part of this claim")
    told = shown_to_partner(page)
    assert "The products/services purchased by the customer have not been specified." in told
    assert IN_WORDS in told
    assert "Known for thin proof." not in told
    assert scene.reviewer.full_name not in told
    listed = page.locator("#claim-status .bullets > li")
    expect(listed.filter(has_text=third.label)).to_contain_text("have not been specified")
    expect(page.locator(".products li").filter(has_text=third.label)).to_contain_text("Not approved")
    for product in (scene.intune, scene.aip):
        expect(page.locator(".products li").filter(has_text=product.label)).to_contain_text("Accepted")

    # The customer is asked about two.
    [asked] = mails(CUSTOMER)
    assert all(product.name in asked.body("plain") for product in (scene.intune, scene.aip))
    assert third.name not in asked.body("plain")
    rival_finds_it_free(person, scene, third)


def rival_finds_it_free(person, scene, third):
    """A rival's wizard offers what was refused like any other product, and warns about what is held."""
    page = person.page
    rival = MembershipFactory(user=UserFactory(email="admin@northwind.example")).organization
    place = LocationFactory(organization=rival, mpn_id=612345, city="Oslo", country="NO")
    EnrollmentFactory(location=place)
    person.sign_in("admin@northwind.example")
    person.open(f"{ASSOCIATIONS}new/")
    page.get_by_label("Microsoft 365", exact=True).check()
    person_continue(page)
    page.get_by_label("Usage").first.check()
    person_continue(page)
    page.get_by_label("MPN location").select_option(value=str(place.pk))
    page.get_by_label("Customer domain name").fill("microsoft.com")
    page.get_by_label("Directory ID (Tenant ID)").fill(str(scene.tenant.tenant_id))
    person_continue(page)
    held = page.locator("label.choice").filter(has_text=scene.intune.label)
    free = page.locator("label.choice").filter(has_text=third.label)
    expect(held).to_contain_text("Another partner is associated with it or claims it.")
    expect(free).not_to_contain_text("Another partner")
    free.get_by_role("checkbox").check()
    person_continue(page)
    expect(page.get_by_label("Business contact name")).to_be_visible()
    choices = product_choices(
        organization=rival, tenant=scene.tenant, solution_area=SolutionArea.MICROSOFT_365, incentive=True
    )
    claimed = {choice.product: choice.claimed_by_other for choice in choices}
    assert (claimed[scene.intune], claimed[scene.aip], claimed[third]) == (True, True, False)


def test_a_request_becomes_a_list_and_the_answers_come_back_with_what_changed(anybody, scene, mails):
    person, page = anybody, anybody.page
    claim = filed_claim(scene, now=timezone.now(), products=[scene.intune, scene.aip])
    open_at_desk(person, claim, email=scene.reviewer.email)
    page.get_by_label("Note for colleagues").fill("Known for thin proof.")
    person.press("Save note")
    person.sees("Known for thin proof.")

    # Three reasons in own words: about a product, a document and a field.
    judge(page, scene.intune, "More needed")
    judge(page, scene.aip, "Accept")
    page.get_by_text("Reasons about a document or field, in own words").click()
    wanted = [
        ("Product or workload is not in the proof of execution", scene.intune.label, "Page 2 names AIP alone."),
        ("Dates are missing or out of date", "Statement of Work.pdf", "The signature of May has no year."),
        ("A contact needs a correction", "Customer contact", "Joseph left the company."),
    ]
    for number, (reason, about, words) in enumerate(wanted, start=1):
        if number > 1:
            person.press("Add another reason")
        add_reason(page, number, reason=reason, about=about, words=words)
    person.press("Send decision")
    person.sees("waits for the partner, who was told what to do.")
    [mail] = mails(PARTNER)[-1:]
    assert all(words in mail.body("plain") for _, _, words in wanted)

    partner_answers(person, scene, claim, wanted)
    reviewer_reads_what_changed(person, scene, claim)


def partner_answers(person, scene, claim, wanted):
    page = person.page
    open_as_partner(person, claim)
    person.sees("0 of 3 done")
    for _, _, words in wanted:
        person.sees(words)
    assert "Known for thin proof." not in shown_to_partner(page)
    person.sees("3 items of the list of what is needed are still open. Tick or answer each, then submit the claim.")
    expect(page.get_by_role("button", name="Submit claim", exact=True)).to_be_disabled()

    # One product is taken out: that settles its item.
    page.get_by_role("button", name="Edit products").click()
    page.get_by_role("checkbox", name=re.compile(f"^{scene.intune.label}")).uncheck()
    person_continue(page)
    page.get_by_role("button", name="Save changes").click()
    person.sees("Settled: this product is no longer part of the claim.")
    person.sees("1 of 3 done")

    # The contact is corrected and told in words, with a new file another item is done.
    page.get_by_role("button", name="Edit customer contact").click()
    page.get_by_label("Business contact name").fill("Anna Berg")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    person.upload("Signed in May 2026.pdf", "Signed in May 2026")
    if not person.runs_scripts:
        person.press("Upload")
    expect(page.get_by_role("link", name="Signed in May 2026.pdf")).to_be_visible()
    items = page.locator(".fix-item")
    items.filter(has_text="Joseph left the company.").get_by_label(re.compile("^Your answer")).fill(
        "Anna Berg took over in May."
    )
    items.filter(has_text="no year").get_by_label(re.compile("^Done")).check()
    if not person.runs_scripts:
        person.press("Save answers")
    person.sees("3 of 3 done")
    submit_again(person)


def reviewer_reads_what_changed(person, scene, claim):
    page = person.page
    open_at_desk(person, claim, email=scene.reviewer.email)
    expect(page.locator(".desk-claim h2").first).to_have_text("What changed since the last submission")
    first = page.get_by_role("region", name="What changed since the last submission")
    assert first.bounding_box()["y"] < page.locator("#documents").bounding_box()["y"]
    expect(first.locator("del").filter(has_text=scene.intune.label)).to_be_visible()
    expect(first.locator("ins").filter(has_text="Anna Berg")).to_be_visible()
    expect(first.locator("ins").filter(has_text="Signed in May 2026.pdf")).to_be_visible()
    expect(first).not_to_contain_text(scene.aip.label)
    answered = first.locator(".desk-asked > li")
    expect(answered).to_have_count(3)
    expect(answered.filter(has_text="Page 2 names AIP alone.")).to_contain_text("Product removed")
    expect(answered.filter(has_text="no year")).to_contain_text("Ticked as done")
    expect(answered.filter(has_text="Joseph left the company.")).to_contain_text("Anna Berg took over in May.")
    choose(page, "Approve")
    person.press("Send decision")
    person.press("Approve claim")
    person.sees("was approved.")
    assert names_held(claim) == [scene.aip.name]


def test_a_stale_preview_leads_to_the_claim_as_it_is_now_and_keeps_what_was_typed(anybody, scene):
    """The partner adds a comment and a file while a decision is typed: nothing is sent before both have been seen."""
    person, page = anybody, anybody.page
    claim = filed_claim(scene, now=timezone.now(), products=[scene.intune])
    open_at_desk(person, claim, email=scene.reviewer.email)
    choose(page, "Reject")
    page.get_by_label("Customer signature is missing").check()
    page.get_by_label("Message to the partner").fill("Page 3 shows no signature.")
    add_comment(claim, text="The signed page follows.", actor=partner_actor(claim), now=timezone.now())
    DocumentFactory(claim=claim, name="Signed page.pdf", first_submission=1)
    page.get_by_role("button", name="Preview what the partner gets").click()
    person.sees("The partner added something to this claim in the meantime.")
    if person.runs_scripts:
        expect(page.get_by_role("button", name="Send decision")).to_have_count(0)
        expect(page.locator("#documents")).not_to_contain_text("Signed page.pdf")
        page.get_by_role("button", name="Read the claim as it is now").click()
    expect(page.locator("#documents")).to_contain_text("Signed page.pdf")
    expect(page.locator("#facts")).to_contain_text("The signed page follows.")
    person.sees("What changed meanwhile")
    expect(page.get_by_label("Customer signature is missing")).to_be_checked()
    expect(page.get_by_label("Message to the partner")).to_have_value("Page 3 shows no signature.")
    page.get_by_role("button", name="Send decision").click()
    person.sees("was rejected, and the partner was told why.")
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.REJECTED
