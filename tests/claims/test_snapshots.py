"""Snapshots: what each submission said, for ever, and what changed between two of them."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from claims.creating import change_claim
from claims.deciding import reject, request_action, start_review
from claims.models import Claim, ReasonCode, Submission
from claims.snapshots import changes_at_last_submission, compare, keep_submission, newest_facts
from claims.submitting import dispute, submit
from tests.answers import answer_everything
from tests.claims.test_claim_page import _content
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    WorkloadFactory,
    partner_actor,
    pdf_upload,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db


def changes_of(claim):
    return changes_at_last_submission(list(newest_facts(claim.pk)))


@pytest.fixture
def resubmitted():
    kept, gone, fresh = WorkloadFactory.create_batch(3)
    claim = ClaimFactory(products=[kept, gone], name="Old name")
    DocumentFactory(claim=claim, name="Order.pdf")
    partner, reviewer = partner_actor(claim), reviewer_actor()
    submit(claim, actor=partner, now=NOW)
    start_review(claim, actor=reviewer, now=NOW)
    reasons = [ReasonCode.objects.get(code="poe_missing")]
    request_action(claim, reasons=reasons, message="", actor=reviewer, now=NOW)
    change_claim(claim, _content(claim, [kept, fresh], "New name"), actor=partner, now=NOW)
    DocumentFactory(claim=claim, name="Signed order.pdf", note="Page 3")
    answer_everything(claim)
    submit(claim, actor=partner, now=NOW)
    claim.changed = (gone, fresh)
    return claim


def test_the_difference_names_fields_products_documents_and_notes(resubmitted):
    gone, fresh = resubmitted.changed
    changes = {change.label: change for change in changes_of(resubmitted)}
    assert (changes["Claim name"].old, changes["Claim name"].new) == (["Old name"], ["New name"])
    assert (changes["Product(s)"].removed, changes["Product(s)"].added) == ([gone.label], [fresh.label])
    assert [name.split(" (")[0] for name in changes["Documents"].added] == ["Signed order.pdf"]
    assert changes["Documents"].removed == []
    assert changes["Notes of documents"].added == ["Signed order.pdf: Page 3"]
    assert "Location" not in changes


def test_only_the_last_two_submissions_are_told_apart(resubmitted):
    partner, reviewer = partner_actor(resubmitted), reviewer_actor()
    reasons = [ReasonCode.objects.get(code="poe_missing")]
    request_action(resubmitted, reasons=reasons, message="", actor=reviewer, now=NOW)
    DocumentFactory(claim=resubmitted, name="Page 9.pdf")
    answer_everything(resubmitted)
    submit(resubmitted, actor=partner, now=NOW)
    (change,) = changes_of(resubmitted)
    assert [name.split(" (")[0] for name in change.added] == ["Page 9.pdf"]


def test_each_submission_is_kept_with_who_and_when(resubmitted):
    assert list(resubmitted.snapshots.values_list("number", "submitted_by")) == [
        (1, resubmitted.created_by_id),
        (2, resubmitted.created_by_id),
    ]


def test_a_first_submission_differs_from_nothing():
    claim = DocumentFactory().claim
    assert changes_of(claim) == []
    submit(claim, actor=partner_actor(claim), now=NOW)
    assert changes_of(claim) == []


def test_files_that_come_with_a_dispute_are_a_submission_of_their_own():
    claim = DocumentFactory().claim
    partner, reviewer = partner_actor(claim), reviewer_actor()
    submit(claim, actor=partner, now=NOW)
    start_review(claim, actor=reviewer, now=NOW)
    reject(claim, reasons=[ReasonCode.objects.get(code="poe_missing")], message="", actor=reviewer, now=NOW)
    dispute(claim, actor=partner, message="Look again.", uploads=[pdf_upload("Signed.pdf")], now=NOW)
    (change,) = changes_of(claim)
    assert (change.label, len(change.added), change.removed) == ("Documents", 1, [])


def test_the_same_content_does_not_differ_and_a_field_of_before_is_told(resubmitted):
    facts = resubmitted.snapshots.get(number=2).facts
    assert compare(facts, facts) == []
    (change,) = compare({**facts, "Fax": "123"}, facts)
    assert (change.label, change.old, change.new) == ("Fax", ["123"], [])


def test_the_database_refuses_to_change_or_delete_one_and_to_keep_a_number_twice(resubmitted):
    for act in (
        lambda: Submission.objects.filter(claim=resubmitted).update(number=9),
        lambda: Submission.objects.filter(claim=resubmitted).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        keep_submission(Claim.objects.get(pk=resubmitted.pk), actor=partner_actor(resubmitted), now=NOW)
    assert resubmitted.snapshots.count() == 2
