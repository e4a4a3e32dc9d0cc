"""Findings: reasons tied to a product, a document or a field, and the words that the partner reads."""

import pytest

from claims.deciding import request_action
from claims.enums import ClaimField, LineVerdict
from claims.findings import MAX_FINDINGS, MAX_WORDS, Finding, as_findings, mark_lines, require_fitting, told_lines
from claims.models import ReasonCode
from claims.results import results_of
from kit.errors import RuleViolation
from tests.factories import NOW, DocumentFactory, WorkloadFactory, claim_under_review, reviewer_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    return claim_under_review(products=WorkloadFactory.create_batch(2))


@pytest.fixture
def reason():
    return ReasonCode.objects.create(
        code="test",
        title="Show it",
        text="Show {product}, {document} and {field} for {customer} of {partner} in {claim}.",
    )


class TestPlaceholders:
    def test_what_a_finding_is_tied_to_stands_in_the_text(self, claim, reason):
        product, document = claim.lines.first().product, claim.documents.get()
        finding = Finding(reason, product=product, document=document, field=ClaimField.LOCATION)
        assert finding.printed(claim) == (
            f"Show {product.label}, «{document.name}» and MPN location for {claim.customer_domain} of "
            f"{claim.organization.name} in {claim}."
        )

    def test_what_it_is_not_tied_to_is_named_in_general(self, claim, reason):
        assert Finding(reason).printed(claim).startswith("Show the product, the document and the field for ")

    def test_a_name_that_looks_like_a_placeholder_is_printed_as_it_is(self, claim, reason):
        document = DocumentFactory(claim=claim, name="{claim} {0} {}.pdf")
        assert "«{claim} {0} {}.pdf»" in Finding(reason, document=document).printed(claim)


class TestFitting:
    def test_another_claims_product_or_document_does_not_fit(self, claim, reason):
        other = claim_under_review()
        foreign, file = other.lines.get().product, other.documents.get()
        with pytest.raises(RuleViolation, match="not part of this claim any more"):
            require_fitting(claim, [Finding(reason, product=foreign)])
        with pytest.raises(RuleViolation, match="not a document of this claim"):
            require_fitting(claim, [Finding(reason, document=file)])

    def test_an_unknown_field_too_many_words_or_too_many_reasons_do_not_fit(self, claim, reason):
        with pytest.raises(RuleViolation, match="Choose a field"):
            require_fitting(claim, [Finding(reason, field="tenant")])
        require_fitting(claim, [Finding(reason, note="x" * MAX_WORDS)])
        with pytest.raises(RuleViolation, match="at most 1,000 characters"):
            require_fitting(claim, [Finding(reason, note="x" * (MAX_WORDS + 1))])
        many = [Finding(reason, note=str(number)) for number in range(MAX_FINDINGS + 1)]
        require_fitting(claim, many[:-1])
        with pytest.raises(RuleViolation, match="At most 40 reasons"):
            require_fitting(claim, many)

    def test_a_reason_that_is_given_twice_counts_once(self, claim, reason):
        product = claim.lines.first().product
        found = as_findings(
            [reason, Finding(reason), Finding(reason, product=product), Finding(reason, product=product)]
        )
        assert found == [Finding(reason), Finding(reason, product=product)]


def test_each_finding_becomes_an_item_of_the_fix_list_in_order(claim, reason):
    product, document = claim.lines.first().product, claim.documents.get()
    findings = [
        Finding(reason, document=document, note="  Page 3  "),
        Finding(reason, product=product),
        Finding(reason, field=ClaimField.PARTNER_CONTACT),
        Finding(reason),
    ]
    request = request_action(claim, reasons=findings, message="", actor=reviewer_actor(), now=NOW)
    items = list(request.items.all())
    assert [item.about for item in items] == [document.name, product.label, "Your company's contact", ""]
    assert [item.note for item in items] == ["Page 3", "", "", ""]
    assert all(item.title == "Show it" and not item.is_done for item in items)


def test_the_item_keeps_what_was_printed_when_the_reason_or_the_document_changes(claim, reason):
    document = claim.documents.get()
    request = request_action(
        claim, reasons=[Finding(reason, document=document)], message="", actor=reviewer_actor(), now=NOW
    )
    printed, name = request.items.get().text, document.name
    ReasonCode.objects.filter(pk=reason.pk).update(text="Another text.", title="Another title")
    document.delete()
    item = request.items.get()
    assert (item.text, item.title, item.about) == (printed, "Show it", name)


def test_a_kept_reason_is_told_with_what_it_is_about_and_the_reviewers_words():
    reasons = [
        {"code": "a", "title": "Show it", "text": "Please show it.", "about": "INTUNE", "note": "Page 3."},
        {"code": "b", "title": "Name it", "text": "Please name it."},
    ]
    assert told_lines(reasons) == ["INTUNE: Show it. Please show it. Page 3.", "Name it. Please name it."]


def test_marks_that_are_not_given_again_are_taken_off(claim):
    first, second = claim.lines.all()
    mark_lines([first, second], verdicts={first.product_id: LineVerdict.ACCEPTED, second.product_id: LineVerdict.ASKED})
    mark_lines(claim.lines.all(), verdicts={second.product_id: LineVerdict.ACCEPTED})
    assert {line.pk: line.verdict for line in claim.lines.all()} == {first.pk: "", second.pk: "accepted"}


@pytest.mark.parametrize(
    ("status", "verdict", "label"),
    [
        ("partner_action_required", "accepted", "Accepted"),
        ("partner_action_required", "asked", "More information needed"),
        ("under_review", "accepted", "Accepted"),
        ("under_review", "asked", ""),
        ("approved", "accepted", "Accepted"),
        ("approved", "refused", "Not approved"),
        ("approved", "lost", "No longer associated"),
        ("consent_denied", "accepted", ""),
        ("consent_denied", "refused", "Not approved"),
        ("ended", "refused", "Not approved"),
        ("ended", "lost", "No longer associated"),
        ("rejected", "accepted", ""),
        ("editing", "accepted", ""),
        ("approved", "", ""),
    ],
)
def test_a_finding_is_told_only_while_it_says_something(claim, status, verdict, label):
    line = claim.lines.first()
    claim.status, line.verdict = status, verdict
    assert results_of(claim, [line])[0].label == label


@pytest.mark.parametrize("status", ["consent_denied", "ended"])
def test_of_a_claim_that_is_over_products_are_told_apart_where_they_fared_differently(claim, status):
    one, other = claim.lines.all()
    claim.status, one.verdict, other.verdict = status, "accepted", "refused"
    assert [result.label for result in results_of(claim, [one, other])] == ["No longer associated", "Not approved"]
