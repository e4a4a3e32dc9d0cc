"""The fix list on the claim page, with and without HTMX, for colleagues, strangers and those who come too late."""

import re

import pytest
from django.urls import reverse

from claims.deciding import ask_holder, reject, request_action
from claims.enums import ClaimField, ClaimStatus
from claims.findings import Finding
from claims.fixing import open_request_of
from claims.models import FixItem, ReasonCode
from claims.submitting import submit
from tests.answers import answer_everything
from tests.claims.journey import text_of
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    MembershipFactory,
    WorkloadFactory,
    claim_under_review,
    partner_actor,
    put_on_tenant,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "fix-progress"}
HOSTILE = "<script>alert(1)</script> {{ claim }} \u202e"


def reason(code="product_missing"):
    return ReasonCode.objects.get(code=code)


@pytest.fixture
def claim(client):
    """Asked for: a product, a document, a contact, and the claim as a whole."""
    claim = claim_under_review(products=WorkloadFactory.create_batch(2))
    findings = [
        Finding(reason(), product=claim.lines.first().product, note="Only the second one is named."),
        Finding(reason("dates_missing"), document=claim.documents.get()),
        Finding(reason("contact_unclear"), field=ClaimField.CUSTOMER_CONTACT),
        Finding(reason("poe_missing")),
    ]
    request_action(claim, reasons=findings, message="Please look at all four.", actor=reviewer_actor(), now=NOW)
    client.force_login(claim.created_by)
    return claim


@pytest.fixture
def held(client):
    claim = DocumentFactory(claim=ClaimFactory(status=ClaimStatus.APPROVED, decided_at=NOW)).claim
    ask_holder(
        claim, reasons=[reason(), reason("dates_missing")], message="When was it renewed?", actor=reviewer_actor(),
        now=NOW, due_at=NOW.replace(year=2027),
    )  # fmt: skip
    client.force_login(claim.created_by)
    return claim


def items_of(claim):
    return list(FixItem.objects.filter(request__claim=claim).order_by("position"))


def shown(client, claim):
    return client.get(claim.get_absolute_url()).content.decode()


def as_shown(html):
    """The list as a browser would post it back: marks, ticks and answers."""
    data = dict(re.findall(r'name="(fix-\d+-seen)" value="([^"]*)"', html))
    data |= dict.fromkeys(re.findall(r'name="(fix-\d+-ticked)"[^>]*? checked', html), "on")
    return data | dict(re.findall(r'<textarea name="(fix-\d+-answer)"[^>]*>([^<]*)<', html))


def save(client, claim, data, **extra):
    return client.post(reverse("claim-fixes", args=[claim.pk]), data, **extra)


class TestPage:
    def test_every_item_says_what_it_is_about_and_leads_there(self, client, claim):
        html = shown(client, claim)
        seen = text_of(html[html.index('id="fix-list"') : html.index("details-heading")])
        product, document = claim.lines.first().product, claim.documents.get()
        for text in (
            "0 of 4 done", f"Product/workload {product.label}", "Only the second one is named.",
            f"Document {document.name}", "Field Customer contact", "Dates are missing or out of date",
            "Edit products", "Edit customer contact", "Go to the document", "Save answers",
        ):  # fmt: skip
            assert text in seen
        assert f'href="#document-{document.pk}"' in html
        assert f'<tr id="document-{document.pk}"' in html
        assert "Please look at all four." in text_of(html)

    def test_submit_is_blocked_and_says_why_until_all_is_done(self, client, claim):
        html = shown(client, claim)
        assert "4 items of the list of what is needed are still open." in text_of(html)
        assert re.search(r'formaction="[^"]*submit/"[^>]* disabled>Submit claim', html)
        answer_everything(claim)
        html = shown(client, claim)
        assert "4 of 4 done" in text_of(html)
        assert not re.search(r'formaction="[^"]*submit/"[^>]* disabled>Submit claim', html)

    @pytest.mark.parametrize(("number", "step"), [(0, "products"), (2, "contacts")])
    def test_edit_opens_the_wizard_at_the_right_step(self, client, claim, number, step):
        for line in claim.lines.all():
            put_on_tenant(line.product, claim.tenant)
        item = items_of(claim)[number]
        html = shown(client, claim)
        part = html[html.index(f'id="fix-{item.pk}"') :]
        assert f'name="step" value="{step}"' in part[: part.index("</li>")]
        answer = client.post(reverse("claim-edit", args=[claim.pk]), {"step": step})
        assert answer["Location"] == reverse("claim-edit-step", args=[claim.pk, step])
        assert client.get(answer["Location"]).status_code == 200

    def test_an_unknown_step_begins_at_the_first(self, client, claim):
        answer = client.post(reverse("claim-edit", args=[claim.pk]), {"step": "<script>"})
        assert answer["Location"] == reverse("claim-edit-step", args=[claim.pk, "customer"])

    def test_a_product_taken_out_says_that_it_is_settled(self, client, claim):
        claim.lines.first().delete()
        seen = text_of(shown(client, claim))
        assert "Settled: this product is no longer part of the claim." in seen
        assert "1 of 4 done" in seen

    @pytest.mark.parametrize("rows", [1, 3])
    def test_its_queries_do_not_grow_with_the_list(self, client, rows, django_assert_num_queries):
        claim = claim_under_review(products=WorkloadFactory.create_batch(3))
        findings = [Finding(reason(), product=line.product) for line in claim.lines.all()[:rows]]
        request_action(claim, reasons=findings, message="", actor=reviewer_actor(), now=NOW)
        answer_everything(claim)
        client.force_login(claim.created_by)
        with django_assert_num_queries(23):
            shown(client, claim)


class TestSaving:
    def test_without_scripts_all_that_was_changed_is_saved_at_once(self, client, claim):
        first, second, *_ = items_of(claim)
        data = as_shown(shown(client, claim)) | {f"fix-{first.pk}-ticked": "on", f"fix-{second.pk}-answer": "Page 3"}
        answer = save(client, claim, data)
        assert answer["Location"] == f"{claim.get_absolute_url()}#fix-list"
        assert [(item.ticked, item.answer) for item in items_of(claim)] == [
            (True, ""), (False, "Page 3"), (False, ""), (False, "")
        ]  # fmt: skip
        assert "2 of 4 done" in text_of(shown(client, claim))

    def test_htmx_gets_progress_state_and_actions_and_leaves_the_fields_alone(self, client, claim):
        item = items_of(claim)[0]
        data = as_shown(shown(client, claim)) | {f"fix-{item.pk}-ticked": "on"}
        html = save(client, claim, data, headers=HTMX).content.decode()
        assert text_of(html).startswith(" 1 of 4 done")
        assert f'id="fix-state-{item.pk}"' in html
        assert html.count('id="fix-state-') == 1
        assert 'id="claim-actions"' in html
        assert "<textarea" not in html[: html.index('id="claim-status"')]

    def test_a_colleague_who_looks_at_an_older_page_takes_nothing_back(self, client, claim):
        first, second, *_ = items_of(claim)
        old = as_shown(shown(client, claim))
        save(client, claim, old | {f"fix-{first.pk}-ticked": "on", f"fix-{first.pk}-answer": "Signed in May"})
        client.force_login(MembershipFactory(organization=claim.organization).user)
        save(client, claim, old | {f"fix-{second.pk}-ticked": "on"})
        assert [(item.ticked, item.answer) for item in items_of(claim)[:2]] == [(True, "Signed in May"), (True, "")]

    def test_after_a_save_the_same_page_may_take_its_own_answer_back(self, client, claim):
        item = items_of(claim)[0]
        data = as_shown(shown(client, claim)) | {f"fix-{item.pk}-answer": "Typed too early"}
        html = save(client, claim, data, headers=HTMX).content.decode()
        data |= as_shown(html) | {f"fix-{item.pk}-answer": ""}
        save(client, claim, data, headers=HTMX)
        assert items_of(claim)[0].answer == ""

    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
    def test_an_answer_that_is_too_long_is_said_beside_it_and_kept_and_the_rest_is_saved(self, client, claim, headers):
        first, second, *_ = items_of(claim)
        long = "x" * 2001
        data = as_shown(shown(client, claim)) | {f"fix-{first.pk}-answer": long, f"fix-{second.pk}-ticked": "on"}
        answer = save(client, claim, data, headers=headers)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "An answer has at most 2,000 characters." in text_of(html)
        assert [(item.ticked, item.answer) for item in items_of(claim)[:2]] == [(False, ""), (True, "")]
        if not headers:
            assert long in html
            assert 'aria-invalid="true"' in html

    def test_hostile_text_is_kept_as_text(self, client, claim):
        item = items_of(claim)[0]
        save(client, claim, as_shown(shown(client, claim)) | {f"fix-{item.pk}-answer": HOSTILE})
        html = shown(client, claim)
        assert "<script>alert(1)" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ claim }}" in html

    @pytest.mark.parametrize(
        "data",
        [{}, {"fix-1-answer": "x"}, {"fix-x-seen": "", "fix--answer": "y"}, {"fix-99999999999999999999-answer": "z"}],
    )
    def test_a_post_that_names_no_item_of_the_list_changes_nothing(self, client, claim, data):
        assert save(client, claim, data).status_code == 302
        assert not any(item.is_done for item in items_of(claim))

    def test_a_null_sign_is_refused_with_a_sentence(self, client, claim):
        item = items_of(claim)[0]
        answer = save(client, claim, as_shown(shown(client, claim)) | {f"fix-{item.pk}-answer": "a\0b"})
        assert answer.status_code == 422
        assert "Null characters are not allowed." in text_of(answer.content.decode())


class TestTooLate:
    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
    def test_a_list_that_was_handed_in_meanwhile_says_so_and_shows_what_was_typed(self, client, claim, headers):
        item = items_of(claim)[0]
        data = as_shown(shown(client, claim)) | {f"fix-{item.pk}-answer": "An hour of typing"}
        answer_everything(claim)
        submit(claim, actor=partner_actor(claim), now=NOW)
        answer = save(client, claim, data, headers=headers)
        seen = text_of(answer.content.decode())
        assert answer.status_code == 409
        assert "This request is closed" in seen
        assert "An hour of typing" in seen
        assert answer.headers.get("HX-Retarget") == ("#fix-list" if headers else None)
        assert items_of(claim)[0].answer == ""

    def test_items_of_other_claims_are_never_shown(self, client, claim):
        other = claim_under_review()
        request_action(other, reasons=[reason("dates_missing")], message="", actor=reviewer_actor(), now=NOW)
        foreign = items_of(other)[0]
        FixItem.objects.filter(pk=foreign.pk).update(title="Secret of the rival")
        claim.status = ClaimStatus.UNDER_REVIEW
        claim.save(update_fields=["status"])
        answer = save(client, claim, {f"fix-{foreign.pk}-answer": "x", f"fix-{foreign.pk}-seen": ""})
        assert answer.status_code == 409
        assert "Secret of the rival" not in answer.content.decode()


class TestWhoMay:
    @pytest.mark.parametrize("route", ["claim-fixes", "claim-fixes-hand-in"])
    def test_strangers_find_nothing_and_anonymous_people_sign_in_first(self, client, claim, route):
        address, item = reverse(route, args=[claim.pk]), items_of(claim)[0]
        data = {f"fix-{item.pk}-seen": "", f"fix-{item.pk}-ticked": "on"}
        client.force_login(MembershipFactory().user)
        assert client.post(address, data).status_code == 404
        client.logout()
        answer = client.post(address, data)
        assert (answer.status_code, "/login/" in answer["Location"]) == (302, True)
        assert not items_of(claim)[0].is_done
        client.force_login(claim.created_by)
        assert client.get(address).status_code == 405

    def test_the_items_of_another_claim_are_not_written(self, client, claim):
        other = claim_under_review()
        request_action(other, reasons=[reason()], message="", actor=reviewer_actor(), now=NOW)
        foreign = items_of(other)[0]
        save(client, claim, {f"fix-{foreign.pk}-seen": "", f"fix-{foreign.pk}-ticked": "on"})
        assert not items_of(other)[0].is_done


class TestHolder:
    def test_the_page_asks_while_the_claim_stays_approved(self, client, held):
        html = shown(client, held)
        seen = text_of(html)
        for text in ("Microsoft asks for information about this association", "When was it renewed?", "Answer by",
                     "0 of 2 done", "2 items of the list of what is needed are still open. Tick or answer each, then "
                     "hand in your answers.", "Hand in answers", "Add fresh proof of execution"):  # fmt: skip
            assert text in seen
        assert html.count("btn--primary") == 1
        assert "Submit claim" not in seen
        assert "another partner" not in seen.lower()

    def test_handing_in_saves_what_stands_there_and_thanks(self, client, held):
        data = as_shown(shown(client, held)) | {f"fix-{item.pk}-ticked": "on" for item in items_of(held)}
        answer = client.post(reverse("claim-fixes-hand-in", args=[held.pk]), data, follow=True)
        seen = text_of(answer.content.decode())
        assert "Thank you. Microsoft has received your answers." in seen
        assert "What Microsoft needs" not in seen
        held.refresh_from_db()
        assert (held.status, open_request_of(held)) == (ClaimStatus.APPROVED, None)

    def test_with_an_open_item_it_is_refused_and_what_was_ticked_stays(self, client, held):
        first, _ = items_of(held)
        data = as_shown(shown(client, held)) | {f"fix-{first.pk}-ticked": "on"}
        answer = client.post(reverse("claim-fixes-hand-in", args=[held.pk]), data)
        assert answer.status_code == 409
        assert "One item of the list" in text_of(answer.content.decode())
        assert items_of(held)[0].ticked
        assert open_request_of(held) is not None

    def test_a_claim_that_waits_for_its_partner_is_not_handed_in_this_way(self, client, claim):
        answer_everything(claim)
        data = as_shown(shown(client, claim))
        answer = client.post(reverse("claim-fixes-hand-in", args=[claim.pk]), data)
        assert answer.status_code == 409
        claim.refresh_from_db()
        assert claim.status == ClaimStatus.ACTION_REQUIRED


def test_a_rejection_says_what_each_reason_is_about_and_the_reviewers_words(client):
    claim = claim_under_review()
    DocumentFactory(claim=claim, name="Order.pdf")
    finding = Finding(
        reason("dates_missing"), document=claim.documents.get(name="Order.pdf"), note="Page 3 is cut off."
    )
    reject(claim, reasons=[finding], message="", actor=reviewer_actor(), now=NOW)
    client.force_login(claim.created_by)
    seen = text_of(shown(client, claim))
    for text in ("Order.pdf Dates cannot be seen", "Page 3 is cut off."):
        assert text in seen
