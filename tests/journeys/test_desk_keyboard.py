"""Triage with the keyboard alone: no pointer is ever used, and at every stop the focus can be seen."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import expect

from claims.enums import ClaimStatus
from review.models import Note
from tests.factories import PASSWORD, DocumentFactory, claim_under_review, submitted_claim
from tests.journeys.desk_people import exchange
from tests.journeys.test_keyboard import Keyboard
from tests.review.previews import samples

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
RENDERED_MS = 20_000  # a page is drawn by a process of its own, one at a time
# Every letter that is a key of the desk, and some more.
EVERY_KEY = "Dates on page 2 are fine, npaqrsdfo. Or not?"
RING = """
() => {
    const each = document.activeElement;
    if (!each || each === document.body || each.tagName === "DIALOG") return "";
    const told = (part) => { const look = getComputedStyle(part); return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 1; };
    const around = [each, ...(each.labels ?? [])];
    return around.some(told) ? "" : each.outerHTML.slice(0, 160);
}
"""


class DeskKeyboard(Keyboard):
    """As for the partner; besides, whatever has the focus wears a ring."""

    def focus_is_seen(self):
        self.page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        super().focus_is_seen()
        bare = self.page.evaluate(RING)
        assert bare == "", f"no ring is drawn around {bare}"

    def jump(self, key, place):
        """Press a single key that leads to a place of the page."""
        self.page.keyboard.press(key)
        expect(self.page.locator(place)).to_be_focused()
        self.focus_is_seen()

    def sign_in(self, email):
        page = self.page
        self.person.open("/accounts/login/")
        self.type(page.get_by_label("E-mail"), email)
        self.type(page.get_by_label("Password", exact=True), PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/accounts/login" not in url)

    def start(self, claim):
        self.page.keyboard.press("s")
        self.person.sees(f"You started the review of claim {claim.pk}.")
        self.reads(claim)

    def send(self):
        self.press(self.button("Send decision"))

    def reads(self, claim):
        """The claim's page stands there, and listens to keys: its script shows the button of the list last."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(f"{claim.name} ({claim.pk})")
        expect(self.page.locator("#desk-keys-open")).to_be_visible()


@pytest.fixture
def keys(person):
    return DeskKeyboard(person)


def three(scene, make, *days):
    """Three claims by the day they are due; the first has three pages to read."""
    today = timezone.localdate()
    claims = [
        make(
            name=name,
            tenant=scene.tenant,
            products=[product],
            **{day: today + timedelta(days=number) for day in ("queue_due_on", *days)},
        )
        for number, (name, product) in enumerate(
            [("Asked for", scene.intune), ("Approved", scene.aip), ("Turned down", exchange(scene))]
        )
    ]
    work = ContentFile(samples.pdf(pages=3), name="Work.pdf")
    DocumentFactory(claim=claims[0], name="Work.pdf", file=work, sha256="e" * 64, first_submission=1)
    return claims


@pytest.fixture
def waiting(scene):
    """Nobody has begun with any of the three, as «Next claim» usually finds them."""
    return three(scene, submitted_claim)


@pytest.fixture
def queue(scene):
    """All three are under review."""
    return three(scene, claim_under_review, "review_due_on")


def decision(page, name):
    return page.locator(f"input[name=decision][value={name}]")


def test_three_claims_are_read_and_decided_with_the_keyboard_alone(person, scene, waiting, keys):
    page = person.page
    asked, approved, rejected = waiting
    keys.sign_in(scene.reviewer.email)
    person.open("/admin/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    keys.press(keys.button("Next claim"))
    keys.reads(asked)

    # The list of keys, and back to where one was.
    keys.to(page.locator("#desk-keys-open"))
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Keyboard")
    expect(listed).to_contain_text("Next page of the document in sight")
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(page.locator("#desk-keys-open")).to_be_focused()

    # Documents: the pages of the one that has the focus are turned.
    keys.jump("d", "#documents")
    keys.to(page.get_by_role("region", name="Pages of Work.pdf"))
    expect(page.get_by_role("img", name="Page 1 of 3 of Work.pdf")).to_have_js_property(
        "naturalHeight", 1600, timeout=RENDERED_MS
    )
    for key, shown in ((".", 2), (".", 3), (",", 2)):
        page.keyboard.press(key)
        expect(page.get_by_role("img", name=f"Page {shown} of 3 of Work.pdf")).to_be_visible(timeout=RENDERED_MS)
    keys.focus_is_seen()

    # Facts and notes; while one types, letters are letters.
    keys.jump("f", "#facts")
    keys.jump("o", "#notes")
    keys.type(page.get_by_label("Note for colleagues"), EVERY_KEY)
    expect(page.get_by_label("Note for colleagues")).to_have_value(EVERY_KEY)
    expect(page.locator("input[name=decision]:checked")).to_have_count(0)
    keys.press(keys.button("Save note"))
    person.sees(EVERY_KEY)
    assert Note.objects.get().claim == asked

    # The review starts; before that the keys of decisions only lead to their place.
    page.keyboard.press("q")
    expect(page.locator("#decision")).to_be_focused()
    keys.start(asked)

    # Request action with a reason.
    page.keyboard.press("q")
    expect(decision(page, "request_action")).to_be_checked()
    expect(decision(page, "request_action")).to_be_focused()
    keys.focus_is_seen()
    keys.press(page.get_by_label("Dates are missing or out of date"), "Space")
    keys.type(page.get_by_label("Message to the partner"), EVERY_KEY)
    expect(decision(page, "request_action")).to_be_checked()
    keys.send()
    person.sees("waits for the partner, who was told what to do.")
    keys.press(page.locator("#decision").get_by_role("button", name="Next claim"))

    # Approve, with its second page.
    keys.reads(approved)
    keys.start(approved)
    page.keyboard.press("a")
    expect(decision(page, "approve")).to_be_focused()
    keys.send()
    person.sees("A message goes to the customer")
    keys.press(keys.button("Approve claim"))
    person.sees(f"Claim {approved.pk} was approved.")
    keys.press(page.locator("#decision").get_by_role("button", name="Next claim"))

    # Reject. Without a reason it comes back, with what was chosen.
    keys.reads(rejected)
    keys.start(rejected)
    page.keyboard.press("r")
    keys.send()
    person.sees("Choose at least one reason, so that the partner knows why.")
    expect(decision(page, "reject")).to_be_checked()
    page.keyboard.press("r")
    keys.press(page.get_by_label("Customer signature is missing"), "Space")
    keys.send()
    person.sees("was rejected, and the partner was told why.")
    for claim, status in zip(
        waiting, (ClaimStatus.ACTION_REQUIRED, ClaimStatus.APPROVED, ClaimStatus.REJECTED), strict=True
    ):
        claim.refresh_from_db()
        assert (claim.status, claim.reviewer) == (status, scene.reviewer)


def test_keys_lead_through_the_queue_and_are_silent_while_typing_or_switched_off(person, scene, queue, keys):
    page = person.page
    first, second, third = queue
    keys.sign_in(scene.reviewer.email)
    person.open(f"/admin/claims/{first.pk}/")
    for key, claim in (("n", second), ("n", third), ("p", second), ("p", first)):
        page.keyboard.press(key)
        keys.reads(claim)

    # In a field every one of them is a letter, and with Ctrl or Alt none is the desk's.
    page.keyboard.press("a")
    expect(decision(page, "approve")).to_be_checked()
    keys.type(page.get_by_label("Message to the partner"), EVERY_KEY)
    expect(page.get_by_label("Message to the partner")).to_have_value(EVERY_KEY)
    keys.to(keys.button("Send decision"))
    for combined in ("Control+q", "Alt+r"):
        page.keyboard.press(combined)
    expect(decision(page, "approve")).to_be_checked()
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.reads(first)

    # Switched off they stay so on every page; the list is still one button away.
    person.open(f"/admin/claims/{first.pk}/")
    page.keyboard.press("?")
    switch = page.get_by_label("Use single keys on this device")
    keys.press(switch, "Space")
    page.keyboard.press("Escape")
    for _ in range(2):
        for key in ("a", "r", "q", "n", "d", "?"):
            page.keyboard.press(key)
        keys.reads(first)
        expect(page.locator("#documents")).not_to_be_focused()
        expect(page.locator("input[name=decision]:checked")).to_have_count(0)
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.reload()
    keys.press(page.locator("#desk-keys-open"))
    expect(switch).not_to_be_checked()
    keys.press(switch, "Space")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    keys.reads(second)


def test_a_key_that_leaves_the_page_asks_once_more_while_something_is_not_sent(person, scene, queue, keys):
    page = person.page
    first, second, _ = queue
    keys.sign_in(scene.reviewer.email)
    person.open(f"/admin/claims/{first.pk}/")
    keys.reads(first)
    warning, reason = page.locator("#desk-leaving"), page.get_by_label("Customer signature is missing")

    # Ticked and typed, then the focus is on a button: the first press only asks, aloud and in sight.
    page.keyboard.press("r")
    keys.press(reason, "Space")
    keys.type(page.get_by_label("Message to the partner"), "Page 3 shows no date.")
    keys.to(keys.button("Send decision"))
    page.keyboard.press("n")
    expect(warning).to_contain_text("Press n once more to leave.")
    expect(page.locator("#desk-voice")).to_contain_text("would be lost. Press n once more to leave.")
    keys.focus_is_seen()
    page.keyboard.press("d")
    expect(warning).to_be_hidden()
    page.keyboard.press("n")
    expect(warning).to_be_visible()
    keys.reads(first)
    for ticked in (decision(page, "reject"), reason):
        expect(ticked).to_be_checked()
    expect(page.get_by_label("Message to the partner")).to_have_value("Page 3 shows no date.")

    # What came back from the server is not sent either.
    keys.press(reason, "Space")
    keys.send()
    person.sees("Choose at least one reason, so that the partner knows why.")
    keys.reads(first)
    page.keyboard.press("n")
    expect(warning).to_be_visible()
    page.keyboard.press("n")
    keys.reads(second)

    # Where nothing is typed, no key asks; a note counts as well.
    page.keyboard.press("p")
    keys.reads(first)
    keys.jump("o", "#notes")
    keys.type(page.get_by_label("Note for colleagues"), "They called.")
    keys.to(keys.button("Save note"))
    page.keyboard.press("n")
    expect(warning).to_be_visible()
    keys.reads(first)
