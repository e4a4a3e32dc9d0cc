"""The decision form on the claim's page: per product, with tied reasons, kept messages and suggestions."""

import re

import pytest
from django.urls import reverse

from claims.enums import ClaimStatus, LineVerdict
from claims.models import FixItem, ReasonCode
from review.checks import Cell, save_checks
from review.models import CannedMessage
from tests.factories import (
    NOW,
    AuditorFactory,
    DocumentFactory,
    LeadFactory,
    MembershipFactory,
    ReviewerFactory,
    WorkloadFactory,
    claim_under_review,
)
from tests.support.everything import every_row

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def reviewer():
    return ReviewerFactory(full_name="Robin Reviewer")


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def claim():
    return claim_under_review(products=[WorkloadFactory(name="AIP"), WorkloadFactory(name="INTUNE")])


@pytest.fixture
def products(claim):
    return [line.product for line in claim.lines.all()]


def reason(code):
    return ReasonCode.objects.get(code=code)


def post(client, route, claim, data, **headers):
    told = {"version": claim.version, "seen_event": 0} | data
    return client.post(reverse(f"admin:review-{route}", args=[claim.pk]), told, headers=headers.get("headers"))


def page_of(client, claim):
    return client.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()


def changed_nothing_but_presence(before):
    left = ("review_presence", "django_session", "claims_claim")
    after = every_row()
    return {k: v for k, v in after.items() if k not in left} == {k: v for k, v in before.items() if k not in left}


def test_verdicts_without_a_choice_above_become_an_approval_in_part(desk, claim, products):
    one, other = products
    data = {f"verdict-{one.pk}": "accepted", f"verdict-{other.pk}": "refused"}
    data |= {f"reasons-{other.pk}": [reason("product_missing").pk]}
    asked = post(desk, "decide", claim, data)
    text = asked.content.decode()
    assert asked.status_code == 200
    assert "Approve in part" in text
    assert "Not approved, and free again for others" in text
    assert post(desk, "decide", claim, data | {"confirm": "1"}).status_code == 302
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.APPROVED
    assert dict(claim.lines.values_list("product", "verdict")) == {
        one.pk: LineVerdict.ACCEPTED,
        other.pk: LineVerdict.REFUSED,
    }


def test_rows_tie_reasons_to_a_document_a_field_and_a_product_with_own_words(desk, claim, products):
    document = claim.documents.get()
    data = {
        "decision": "request_action", "rows": "3",
        "finding-0-reason": reason("dates_missing").pk, "finding-0-about": f"document:{document.pk}",
        "finding-0-note": "Page 3.", "finding-1-reason": reason("contact_unclear").pk,
        "finding-1-about": "field:customer_contact", "finding-2-reason": reason("service_unclear").pk,
        "finding-2-about": f"product:{products[1].pk}",
    }  # fmt: skip
    assert post(desk, "decide", claim, data).status_code == 302
    assert [(item.title, item.about, item.note) for item in FixItem.objects.order_by("position")] == [
        ("Dates are missing or out of date", "Statement of Work.pdf", "Page 3."),
        ("A contact needs a correction", "Customer contact", ""),
        ("Your service is missing or described too briefly", products[1].label, ""),
    ]


def test_a_ticked_reason_of_a_claim_with_one_product_and_document_is_about_them(desk):
    claim = claim_under_review()
    chosen = [reason("product_missing").pk, reason("poe_unreadable").pk, reason("poe_missing").pk]
    assert post(desk, "decide", claim, {"decision": "request_action", "reasons": chosen}).status_code == 302
    about = dict(FixItem.objects.values_list("reason__code", "document_name"))
    assert about == {"product_missing": "", "poe_unreadable": "Statement of Work.pdf", "poe_missing": ""}
    assert FixItem.objects.get(reason__code="product_missing").product == claim.lines.get().product


def test_a_missing_reason_is_named_beside_its_product_and_everything_typed_stays(desk, claim, products):
    one, other = products
    data = {
        f"verdict-{one.pk}": "accepted", f"verdict-{other.pk}": "refused", "message": "<b>Mine</b>", "rows": "2",
        "finding-1-note": "Only words",
    }  # fmt: skip
    text = post(desk, "decide", claim, data).content.decode()
    assert "Choose a reason, or empty this row." in text
    data |= {"finding-1-reason": reason("dates_missing").pk, "finding-1-about": f"product:{one.pk}"}
    response = post(desk, "decide", claim, data)
    text = response.content.decode()
    assert response.status_code == 422
    assert f"Choose a reason about {other.label}, so that the partner knows why." in text
    assert f"{one.label} is accepted, so no reason can be about it." in text
    assert "&lt;b&gt;Mine&lt;/b&gt;</textarea>" in text
    assert "Only words</textarea>" in text
    (chosen,) = re.findall(rf'<input type="radio" name="verdict-{other.pk}"[^>]* checked>', text)
    assert 'value="refused"' in chosen
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.UNDER_REVIEW


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"decision": "reject", "reasons": ["999999"]}, "One of the reasons is no longer offered."),
        ({"decision": "reject", "reasons": ["x'; --"]}, "One of the reasons is no longer offered."),
        ({"decision": "reject", "rows": "1", "finding-0-reason": "999999"}, "This reason is no longer offered."),
        ({"decision": "reject", "rows": "1", "finding-0-about": "document:999999"}, "no longer a part of the claim"),
        ({"decision": "reject", "rows": "1", "finding-0-note": "x" * 1001}, "have at most 1,000 characters."),
        ({"decision": "approve", "version": "x"}, "This page was incomplete."),
        ({"decision": "approve", "version": ""}, "This page was incomplete."),
        ({"decision": "approve", "rows": "-1", "message": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_hostile_and_broken_input_is_refused_with_a_sentence(desk, claim, data, sentence):
    response = post(desk, "decide", claim, data)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_a_verdict_that_does_not_exist_is_refused_at_its_product(desk, claim, products):
    text = post(desk, "decide", claim, {f"verdict-{products[0].pk}": "maybe"}).content.decode()
    assert f"Choose what holds for {products[0].label}." in text


def test_a_foreign_document_cannot_be_named(desk, claim):
    foreign = DocumentFactory(name="Secret.pdf")
    data = {
        "decision": "reject", "rows": "1", "finding-0-reason": reason("dates_missing").pk,
        "finding-0-about": f"document:{foreign.pk}",
    }  # fmt: skip
    response = post(desk, "decide", claim, data)
    assert response.status_code == 422
    assert "Secret.pdf" not in response.content.decode()


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "htmx"])
def test_another_row_is_added_and_everything_typed_stays(desk, claim, headers):
    data = {"help": "add", "rows": "2", "finding-0-note": "First", "message": "Mine", "decision": "reject"}
    before = every_row()
    response = post(desk, "compose", claim, data, headers=headers)
    text = response.content.decode()
    assert response.status_code == 200
    assert 'name="rows" value="3"' in text
    assert "First</textarea>" in text
    assert "Mine</textarea>" in text
    assert "autofocus" in text
    assert "Choose a reason" in text
    assert 'role="alert"' not in text
    assert ("<html" in text) == (headers is None)
    assert changed_nothing_but_presence(before)


def test_rows_end_at_forty_and_a_wild_count_is_no_danger(desk, claim):
    text = post(desk, "compose", claim, {"help": "add", "rows": "40"}).content.decode()
    assert "At most 40 reasons fit into one decision." in text
    assert 'name="rows" value="40"' in text
    for wild in ("999999999999", "-3", "x", ""):
        assert post(desk, "compose", claim, {"rows": wild}).status_code == 200


def test_a_kept_message_is_filled_in_below_what_was_typed_once(desk, claim):
    kept = CannedMessage.objects.create(title="Hello", text="Dear {partner}, about {customer}: {claim}.")
    data = {"help": "insert", "canned": kept.pk, "message": "My words."}
    filled = f"Dear {claim.organization.name}, about {claim.customer_domain}: {claim}."
    text = post(desk, "compose", claim, data).content.decode()
    assert f"My words.\n\n{filled}</textarea>" in text
    again = post(desk, "compose", claim, data | {"message": f"My words.\n\n{filled}"}).content.decode()
    assert again.count(filled) == 1


@pytest.mark.parametrize("canned", ["", "999999", "x"])
def test_inserting_no_message_asks_to_choose_one(desk, claim, canned):
    text = post(desk, "compose", claim, {"help": "insert", "canned": canned, "message": "Mine"}).content.decode()
    assert "Choose a kept message first." in text
    assert "Mine</textarea>" in text


def test_checks_suggest_reasons_that_stand_beside_what_was_typed(desk, claim, products, reviewer):
    document = claim.documents.get()
    missing = {Cell(document.pk, product.pk, "dates"): "missing" for product in products}
    missing |= {Cell(document.pk, products[1].pk, "connection"): "missing"}
    save_checks(claim, results=missing, by=reviewer, now=NOW)
    typed = {"help": "suggest", "rows": "1", "finding-0-note": "Mine"}
    text = post(desk, "compose", claim, typed).content.decode()
    assert "2 suggested from your checks." in text
    assert 'name="rows" value="3"' in text
    assert "Mine</textarea>" in text
    assert f'<option value="document:{document.pk}" selected>' in text
    assert f'<option value="product:{products[1].pk}" selected>' in text


def test_without_a_missing_rule_nothing_is_suggested(desk, claim):
    assert "The checks suggest nothing" in post(desk, "compose", claim, {"help": "suggest"}).content.decode()


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "htmx"])
def test_the_preview_shows_mail_and_list_and_sends_nothing(desk, claim, products, headers):
    data = {
        f"verdict-{products[0].pk}": "accepted", f"verdict-{products[1].pk}": "asked", "message": "<i>Soon</i>",
        f"reasons-{products[1].pk}": [reason("product_missing").pk],
    }  # fmt: skip
    before = every_row()
    response = post(desk, "decision-preview", claim, data, headers=headers)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Nothing has been sent yet." in text
    assert claim.partner_contact_email in text
    assert "The products/services purchased by the customer have not been specified." in text
    assert "&lt;i&gt;Soon&lt;/i&gt;" in text
    assert "The accepted products are approved only together with the rest." in text
    assert "the whole claim is rejected, also what you accepted." in text
    assert ("Send decision" in text) == (headers is None)
    assert changed_nothing_but_presence(before)


def test_a_request_that_accepts_nothing_holds_nothing_back(desk, claim, products):
    data = {f"verdict-{products[1].pk}": "asked", f"reasons-{products[1].pk}": [reason("product_missing").pk]}
    text = post(desk, "decision-preview", claim, data).content.decode()
    assert "Nothing has been sent yet." in text
    assert "together with the rest" not in text


def test_the_preview_leads_on_to_the_same_decision_and_back_to_the_form(desk, claim, products):
    data = {"decision": "reject", "reasons": [reason("poe_missing").pk], "message": "Two\nlines"}
    text = post(desk, "decision-preview", claim, data).content.decode()
    for name, value in (("decision", "reject"), ("reasons", reason("poe_missing").pk), ("message", "Two\nlines")):
        assert f'<textarea name="{name}" hidden>\n{value}</textarea>' in text
    back = post(desk, "decide", claim, data | {"back": "1"}).content.decode()
    assert "Two\nlines</textarea>" in back


def test_a_preview_that_does_not_fit_comes_back_into_the_form(desk, claim):
    response = post(desk, "decision-preview", claim, {"decision": "reject"}, headers=HTMX)
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#decision-panel"
    assert "Choose at least one reason, so that the partner knows why." in response.content.decode()


def test_a_stale_decision_comes_back_as_typed_with_what_changed_and_can_be_sent_then(desk, claim):
    from claims.submitting import add_comment
    from tests.factories import partner_actor

    add_comment(claim, text="The date is on page 4.", actor=partner_actor(claim), now=NOW)
    seen = claim.events.get().pk
    add_comment(claim, text="And on page 5.", actor=partner_actor(claim), now=NOW)
    data = {"decision": "reject", "reasons": [reason("poe_missing").pk], "message": "Mine", "seen_event": seen}
    response = post(desk, "decide", claim, data)
    text = response.content.decode()
    assert response.status_code == 409
    assert "The partner added something to this claim in the meantime." in text
    assert "What changed meanwhile" in text
    assert "And on page 5." in text[text.index("What changed meanwhile") : text.index("What do you decide?")]
    assert "Mine</textarea>" in text
    newest = claim.events.order_by("-pk").first().pk
    assert f'name="seen_event" value="{newest}"' in text
    assert post(desk, "decide", claim, data | {"seen_event": newest}).status_code == 302


def test_a_stale_preview_cannot_be_sent_from_a_page_that_is_still_old(desk, claim):
    """HTMX puts the answer into a page whose documents and details are those of before; reading it afresh comes first."""
    from claims.submitting import add_comment
    from tests.factories import partner_actor

    add_comment(claim, text="The date is on page 4.", actor=partner_actor(claim), now=NOW)
    seen = claim.events.get().pk
    add_comment(claim, text="And on page 5.", actor=partner_actor(claim), now=NOW)
    typed = {"decision": "reject", "reasons": [reason("poe_missing").pk], "message": "Mine", "seen_event": seen}
    response = post(desk, "decision-preview", claim, typed, headers=HTMX)
    text = response.content.decode()
    assert (response.status_code, response.headers["HX-Retarget"]) == (409, "#decision-panel")
    assert "And on page 5." in text
    assert "Mine</textarea>" in text
    assert f'name="seen_event" value="{seen}"' in text
    assert "Read the claim as it is now" in text
    for absent in ("Send decision", "Preview what the partner gets"):
        assert absent not in text
    assert post(desk, "decide", claim, typed).status_code == 409

    whole = post(desk, "compose", claim, typed | {"help": "read"})
    text = whole.content.decode()
    assert whole.status_code == 200
    assert "And on page 5." in text[text.index('id="documents"') :]
    assert "And on page 5." in text[text.index("What changed meanwhile") : text.index("What do you decide?")]
    assert "Mine</textarea>" in text
    newest = claim.events.order_by("-pk").first().pk
    assert f'name="seen_event" value="{newest}"' in text
    assert "Send decision" in text
    assert post(desk, "decide", claim, typed | {"seen_event": newest}).status_code == 302


@pytest.mark.parametrize("route", ["decide", "compose", "decision-preview"])
def test_auditors_strangers_and_partners_are_refused_and_nothing_changes(client, claim, route):
    before = None
    for person, status in ((AuditorFactory(), 403), (MembershipFactory().user, 403), (None, 302)):
        client.logout()
        if person:
            client.force_login(person)
        before = every_row()
        assert post(client, route, claim, {"decision": "reject"}).status_code in {status, 302}
        assert changed_nothing_but_presence(before)


@pytest.mark.parametrize("route", ["decide", "compose", "decision-preview"])
def test_a_claim_that_does_not_exist_is_404(desk, claim, route):
    claim.pk = 999
    assert post(desk, route, claim, {}).status_code == 404


def test_who_may_not_decide_gets_no_form(client, claim, reviewer):
    claim.reviewer = reviewer
    claim.save(update_fields=["reviewer"])
    for person, sentence in (
        (AuditorFactory(), "You read claims here. Reviewers decide on them."),
        (ReviewerFactory(), "Robin Reviewer has this claim and decides on it."),
    ):
        client.force_login(person)
        text = page_of(client, claim)
        assert sentence in text
        assert "Send decision" not in text
    client.force_login(LeadFactory())
    assert "Send decision" in page_of(client, claim)


def test_a_claim_with_one_product_shows_no_parts_and_one_with_four_a_row_for_each(desk):
    assert "Product by product" not in page_of(desk, claim_under_review())
    four = claim_under_review(products=[WorkloadFactory() for _ in range(4)])
    text = page_of(desk, four)
    assert text.count("data-part") == 4
    for line in four.lines.all():
        assert text.count(f'name="verdict-{line.product.pk}"') == 3
