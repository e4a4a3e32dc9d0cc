"""The reviewer's checklist: five rules per document and product."""

from datetime import timedelta

import pytest
from django.urls import reverse

from claims.checklist import RULES
from claims.enums import Activity, ClaimStatus
from claims.models import Claim
from customers.enums import SolutionArea
from kit.errors import RuleViolation
from review.checks import Cell, checks_of, save_checks, summary
from review.matrix import matrix_of
from review.models import ProofCheck
from tests.factories import (
    NOW,
    AuditorFactory,
    ClaimFactory,
    DocumentFactory,
    ProductFactory,
    ReviewerFactory,
    WorkloadFactory,
    claim_under_review,
    submitted_claim,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return ReviewerFactory(full_name="Robin Reviewer")


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def claim():
    return claim_under_review(products=[WorkloadFactory(name="EXCHANGE ONLINE"), WorkloadFactory(name="INTUNE")])


def all_rules(document, product, result="shown"):
    return {Cell(document.pk, product.pk, rule.code): result for rule in RULES}


def address_of(document):
    return reverse("admin:review-checks", args=[document.claim_id, document.pk])


def products_of(claim):
    return [line.product for line in claim.lines.select_related("product")]


def test_the_summary_says_what_is_shown_missing_unclear_and_unchecked(claim, reviewer):
    document, (exchange, intune) = claim.documents.get(), products_of(claim)
    results = all_rules(document, exchange)
    results |= {
        Cell(document.pk, intune.pk, "signature"): "missing",
        Cell(document.pk, intune.pk, "dates"): "unclear",
        Cell(document.pk, intune.pk, "names"): "shown",
    }
    assert save_checks(claim, results=results, by=reviewer, now=NOW) == 8
    first, second = summary(claim)
    assert first.is_complete
    assert first.sentence == "5 of 5 shown in Statement of Work.pdf"
    assert (second.shown, second.missing, second.unclear) == (["names"], ["signature"], ["dates"])
    assert second.unchecked == ["connection", "activities"]
    assert second.sentence == (
        "1 of 5 shown in Statement of Work.pdf. Missing: customer signature. Unclear: dates. "
        "Not checked: link to the work, growth activities"
    )


def test_a_rule_that_one_document_shows_is_shown_whatever_another_lacks(claim, reviewer):
    document, product = claim.documents.get(), products_of(claim)[0]
    other = DocumentFactory(claim=claim, name="Order.pdf", first_submission=1)
    cells = {Cell(document.pk, product.pk, "dates"): "missing", Cell(other.pk, product.pk, "dates"): "shown"}
    save_checks(claim, results=cells, by=reviewer, now=NOW)
    found = summary(claim)[0]
    assert found.shown == ["dates"]
    assert found.sentence.startswith("1 of 5 shown in Order.pdf")


def test_a_removed_document_counts_no_more_and_takes_no_word(claim, reviewer):
    document, product = claim.documents.get(), products_of(claim)[0]
    save_checks(claim, results=all_rules(document, product), by=reviewer, now=NOW)
    claim.documents.update(removed_at=NOW)
    assert summary(claim)[0].sentence == "Not checked yet"
    with pytest.raises(RuleViolation, match="This document was removed"):
        save_checks(claim, results=all_rules(document, product, "missing"), by=reviewer, now=NOW)
    assert {check.result for check in checks_of(claim)} == {"shown"}


def test_the_newest_word_replaces_the_one_before_and_an_equal_one_keeps_its_person(claim, reviewer):
    document, product = claim.documents.get(), products_of(claim)[0]
    signature, dates = Cell(document.pk, product.pk, "signature"), Cell(document.pk, product.pk, "dates")
    save_checks(claim, results={signature: "shown", dates: "shown"}, by=reviewer, now=NOW)
    colleague, later = ReviewerFactory(), NOW + timedelta(hours=1)
    assert save_checks(claim, results={signature: "missing", dates: "shown"}, by=colleague, now=later) == 1
    by_rule = {check.rule: check for check in checks_of(claim)}
    assert (by_rule["signature"].result, by_rule["signature"].checked_by) == ("missing", colleague)
    assert (by_rule["dates"].checked_by, by_rule["dates"].checked_at) == (reviewer, NOW)
    save_checks(claim, results={signature: ""}, by=colleague, now=later)
    assert [check.rule for check in checks_of(claim)] == ["dates"]


def test_checks_are_open_only_while_an_incentive_claim_is_in_review(reviewer):
    for status in ClaimStatus:
        fields = {"action_due_at": NOW, "decided_at": NOW, "submissions": 1}
        claim = ClaimFactory(status=status, **fields)
        document, product = DocumentFactory(claim=claim, first_submission=1), products_of(claim)[0]
        if status in {ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.DISPUTED}:
            assert save_checks(claim, results=all_rules(document, product), by=reviewer, now=NOW) == 5
        else:
            with pytest.raises(RuleViolation, match="open while the claim is in review"):
                save_checks(claim, results=all_rules(document, product), by=reviewer, now=NOW)
            assert checks_of(claim) == []


def test_a_revenue_association_has_no_checklist(desk):
    claim = ClaimFactory(
        status=ClaimStatus.UNDER_REVIEW,
        submissions=1,
        submitted_at=NOW,
        solution_area=SolutionArea.BUSINESS_APPLICATIONS,
        activities=[Activity.REVENUE],
        products=[ProductFactory()],
    )
    document = DocumentFactory(claim=claim, first_submission=1)
    assert summary(claim) == []
    assert desk.post(address_of(document), {"signature-1": "shown"}).status_code == 409
    assert "Save checks" not in desk.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()


def test_a_posted_form_saves_and_leads_back_to_its_document(desk, claim, reviewer):
    document, (exchange, _) = claim.documents.get(), products_of(claim)
    response = desk.post(address_of(document), {f"signature-{exchange.pk}": "shown", f"dates-{exchange.pk}": "missing"})
    assert response.headers["Location"].endswith(f"/admin/claims/{claim.pk}/#checks-{document.pk}")
    text = desk.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()
    assert "Last checked by Robin Reviewer" in text
    assert "Missing: dates." in text


def test_the_rest_is_marked_as_shown_with_one_button(desk, claim):
    document, (exchange, intune) = claim.documents.get(), products_of(claim)
    empty = {f"{rule.code}-{product.pk}": "" for rule in RULES for product in (exchange, intune)}
    desk.post(address_of(document), empty | {f"dates-{intune.pk}": "unclear", "rest": "shown"})
    results = {(check.product, check.rule): check.result for check in checks_of(claim)}
    assert len(results) == 10
    assert results.pop((intune, "dates")) == "unclear"
    assert set(results.values()) == {"shown"}


def test_an_old_page_does_not_undo_what_a_colleague_said_meanwhile(desk, claim):
    document, (exchange, intune) = claim.documents.get(), products_of(claim)
    old = matrix_of(document, lines=claim.lines.all(), checks=[]).was
    cell = Cell(document.pk, intune.pk, "names")
    save_checks(claim, results={cell: "missing"}, by=ReviewerFactory(), now=NOW)
    posted = {f"{rule.code}-{product.pk}": "" for rule in RULES for product in (exchange, intune)}
    desk.post(address_of(document), posted | {f"names-{exchange.pk}": "shown", "was": old})
    assert {(c.product, c.result) for c in checks_of(claim)} == {(intune, "missing"), (exchange, "shown")}


def test_htmx_gets_the_saved_line_the_state_and_the_summary_instead_of_a_page(desk, claim):
    document, (exchange, _) = claim.documents.get(), products_of(claim)
    data = {f"signature-{exchange.pk}": "shown"}
    text = desk.post(address_of(document), data, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text
    assert "Saved. " in text
    assert f'value="signature:{exchange.pk}:shown" hx-swap-oob="true"' in text
    assert "1 of 5 shown in Statement of Work.pdf" in text
    rest = {f"{rule.code}-{exchange.pk}": "" for rule in RULES} | {"rest": "shown", "was": ""}
    whole = desk.post(address_of(document), rest, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in whole
    assert whole.count("checked>") == 10


@pytest.mark.parametrize("value", ["perhaps", "<script>alert(1)</script>", "x" * 5000])
def test_a_word_that_is_no_answer_is_refused_with_a_sentence(desk, claim, value):
    document, (exchange, _) = claim.documents.get(), products_of(claim)
    response = desk.post(address_of(document), {f"signature-{exchange.pk}": value})
    assert response.status_code == 409
    assert "Choose shown, unclear or missing" in response.content.decode()
    assert value not in response.content.decode()
    assert not ProofCheck.objects.exists()


def test_a_page_that_lies_about_what_stood_is_no_error(desk, claim):
    document, (exchange, _) = claim.documents.get(), products_of(claim)
    for was in ("::::", "signature:²:shown", "a," * 9000, f"signature:{'9' * 40}:shown"):
        response = desk.post(address_of(document), {f"signature-{exchange.pk}": "shown", "was": was})
        assert response.status_code == 302
    assert ProofCheck.objects.count() == 1


def test_documents_of_other_claims_and_of_drafts_are_not_found(desk, claim):
    foreign = submitted_claim().documents.get()
    hidden = DocumentFactory(claim=ClaimFactory())
    for where in (
        reverse("admin:review-checks", args=[claim.pk, foreign.pk]),
        reverse("admin:review-checks", args=[hidden.claim_id, hidden.pk]),
        reverse("admin:review-checks", args=[claim.pk, 999_999_999]),
    ):
        assert desk.post(where, {"rest": "shown"}).status_code == 404


def test_a_product_of_another_claim_is_not_checked(desk, claim):
    document, other = claim.documents.get(), WorkloadFactory()
    desk.post(address_of(document), {f"signature-{other.pk}": "shown"})
    assert not ProofCheck.objects.exists()


def test_auditors_read_checks_and_change_none(client, claim, reviewer):
    document, (exchange, _) = claim.documents.get(), products_of(claim)
    save_checks(claim, results=all_rules(document, exchange), by=reviewer, now=NOW)
    client.force_login(AuditorFactory())
    response = client.post(address_of(document), {f"signature-{exchange.pk}": "missing"})
    assert response.status_code == 403
    assert "read claims, not decide" in response.content.decode()
    assert {check.result for check in checks_of(claim)} == {"shown"}
    text = client.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()
    assert "5 of 5 shown" in text
    assert "Save checks" not in text


def test_checks_change_neither_the_version_nor_the_history(desk, claim):
    document, (exchange, _) = claim.documents.get(), products_of(claim)
    before = Claim.objects.values().get(pk=claim.pk)
    desk.post(address_of(document), {f"signature-{exchange.pk}": "shown"})
    assert Claim.objects.values().get(pk=claim.pk) == before
    assert not claim.events.exists()
