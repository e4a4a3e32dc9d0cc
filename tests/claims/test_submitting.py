"""Submitting, withdrawing, discarding, disputing, disassociating."""

from datetime import timedelta

import pytest

from claims.enums import Activity, ClaimAction, ClaimStatus
from claims.models import Association
from claims.problems import MUST_SUBMIT, POE_REQUIRED, problems_with
from claims.submitting import add_comment, disassociate, discard, dispute, submit, withdraw
from customers.enums import SolutionArea
from kit.errors import RuleViolation
from notifications.models import OutgoingEmail
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    partner_actor,
    reviewer_actor,
    submitted_claim,
)

pytestmark = pytest.mark.django_db


def codes(claim):
    return [problem.code for problem in problems_with(claim, now=NOW)]


def test_the_two_warnings_of_an_empty_claim_are_the_seeds():
    problems = problems_with(ClaimFactory(), now=NOW)
    assert POE_REQUIRED == "Proof of execution document is required to submit this claim."
    assert MUST_SUBMIT == "For the reviewer to take action, you must submit your claim."
    assert {POE_REQUIRED, MUST_SUBMIT} <= {problem.message for problem in problems}
    assert problems[0].blocks


def test_an_incentive_claim_never_leaves_editing_without_a_document():
    claim = ClaimFactory()
    with pytest.raises(RuleViolation, match="Proof of execution document is required"):
        submit(claim, actor=partner_actor(claim), now=NOW)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.EDITING


def test_a_removed_document_does_not_count():
    claim = ClaimFactory()
    DocumentFactory(claim=claim, removed_at=NOW)
    assert "no_document" in codes(claim)


def test_a_revenue_association_needs_no_document():
    tenant, product = TenantFactory(), ProductFactory()
    subscription = SubscriptionFactory(tenant=tenant, product=product)
    claim = ClaimFactory(
        tenant=tenant, solution_area=SolutionArea.BUSINESS_APPLICATIONS, activities=[Activity.REVENUE],
        products=[product], subscriptions=[subscription],
    )  # fmt: skip
    submit(claim, actor=partner_actor(claim), now=NOW)
    assert claim.status == ClaimStatus.SUBMITTED


def test_submitting_marks_the_documents_and_keeps_the_comment():
    claim = ClaimFactory()
    document = DocumentFactory(claim=claim)
    submit(claim, actor=partner_actor(claim), now=NOW, comment="I have a comment on this claim")
    document.refresh_from_db()
    claim.refresh_from_db()
    assert (document.first_submission, claim.submissions, claim.submitted_at) == (1, 1, NOW)
    assert claim.comments.get().text == "I have a comment on this claim"
    assert list(claim.events.values_list("action", flat=True)) == [ClaimAction.COMMENT, ClaimAction.SUBMIT]


def test_the_receipt_goes_to_the_creator_and_the_named_contact_once_each():
    claim = ClaimFactory()
    DocumentFactory(claim=claim)
    submit(claim, actor=partner_actor(claim), now=NOW)
    sent_to = [address for mail in OutgoingEmail.objects.all() for address in mail.to]
    assert sorted(sent_to) == sorted([claim.created_by.email, claim.partner_contact_email])


@pytest.mark.parametrize("count", [0, 5])
def test_a_claim_has_one_to_four_products(count):
    claim = ClaimFactory(products=WorkloadFactory.create_batch(count))
    DocumentFactory(claim=claim)
    with pytest.raises(RuleViolation, match="one to four"):
        submit(claim, actor=partner_actor(claim), now=NOW)


def test_the_same_workload_cannot_be_live_twice_for_one_company():
    first = submitted_claim()
    workload = first.lines.get().product
    second = ClaimFactory(organization=first.organization, tenant=first.tenant, products=[workload])
    DocumentFactory(claim=second)
    assert "own_claim" in codes(second)
    with pytest.raises(RuleViolation, match="Your company has already submitted a customer association"):
        submit(second, actor=partner_actor(second), now=NOW)


def test_the_database_refuses_the_second_live_claim_when_the_check_came_too_early(monkeypatch):
    first = submitted_claim()
    second = ClaimFactory(organization=first.organization, tenant=first.tenant, products=[first.lines.get().product])
    DocumentFactory(claim=second)
    monkeypatch.setattr("claims.submitting.blockers_of", lambda claim, now: [])
    with pytest.raises(RuleViolation, match="Your company has already submitted a customer association"):
        submit(second, actor=partner_actor(second), now=NOW)
    second.refresh_from_db()
    assert second.status == ClaimStatus.EDITING
    assert not second.events.exists()


def test_a_location_that_is_not_enrolled_only_warns():
    claim = ClaimFactory()
    DocumentFactory(claim=claim)
    warning = next(problem for problem in problems_with(claim, now=NOW) if problem.code == "not_enrolled")
    assert "OSU - Microsoft 365" in warning.message
    submit(claim, actor=partner_actor(claim), now=NOW)


def test_a_subscription_that_went_bad_meanwhile_blocks_and_says_why():
    tenant, product = TenantFactory(), ProductFactory()
    subscription = SubscriptionFactory(tenant=tenant, product=product, status="Suspended")
    claim = ClaimFactory(
        tenant=tenant, solution_area=SolutionArea.BUSINESS_APPLICATIONS, activities=[Activity.USAGE],
        products=[product], subscriptions=[subscription],
    )  # fmt: skip
    DocumentFactory(claim=claim)
    with pytest.raises(RuleViolation, match="no longer active"):
        submit(claim, actor=partner_actor(claim), now=NOW)


def test_withdrawing_takes_a_submission_back_until_the_review_starts():
    claim = submitted_claim()
    withdraw(claim, actor=partner_actor(claim), now=NOW)
    assert claim.status == ClaimStatus.EDITING
    started = claim_under_review()
    with pytest.raises(RuleViolation, match="only before its review has started"):
        withdraw(started, actor=partner_actor(started), now=NOW)


def test_discarding_is_final():
    claim = ClaimFactory()
    discard(claim, actor=partner_actor(claim), now=NOW)
    assert claim.status == ClaimStatus.DISCARDED
    with pytest.raises(RuleViolation):
        submit(claim, actor=partner_actor(claim), now=NOW)


class TestDispute:
    def rejected(self):
        return ClaimFactory(status=ClaimStatus.REJECTED, decided_at=NOW)

    def test_it_needs_a_reason_and_reopens_the_review_with_a_new_clock(self):
        claim = self.rejected()
        with pytest.raises(RuleViolation, match="Say why"):
            dispute(claim, actor=partner_actor(claim), message=" ", now=NOW)
        dispute(claim, actor=partner_actor(claim), message="The signature is on page 3.", now=NOW)
        assert claim.status == ClaimStatus.DISPUTED
        assert claim.review_due_on is not None

    def test_it_is_possible_for_thirty_days_to_the_second(self):
        claim = self.rejected()
        late = NOW + timedelta(days=30)
        with pytest.raises(RuleViolation, match="within 30 days"):
            dispute(claim, actor=partner_actor(claim), message="Please look again.", now=late)
        dispute(claim, actor=partner_actor(claim), message="Please look again.", now=late - timedelta(seconds=1))

    def test_it_is_possible_once(self):
        claim = self.rejected()
        dispute(claim, actor=partner_actor(claim), message="Please look again.", now=NOW)
        claim = ClaimFactory._meta.model.objects.get(pk=claim.pk)
        type(claim).objects.filter(pk=claim.pk).update(status=ClaimStatus.REJECTED, decided_at=NOW)
        claim.refresh_from_db()
        with pytest.raises(RuleViolation, match="disputed once"):
            dispute(claim, actor=partner_actor(claim), message="And again.", now=NOW)


def test_disassociating_ends_the_association_with_its_reason():
    claim = ClaimFactory(status=ClaimStatus.APPROVED, decided_at=NOW)
    Association.objects.create(
        claim=claim, organization=claim.organization, tenant=claim.tenant, product=claim.lines.get().product,
        exclusive=True, started_at=NOW,
    )  # fmt: skip
    with pytest.raises(RuleViolation, match="Say why"):
        disassociate(claim, actor=partner_actor(claim), message="", now=NOW)
    disassociate(claim, actor=partner_actor(claim), message="The project is over.", now=NOW)
    ended = Association.objects.get(claim=claim)
    assert (claim.status, ended.ended_at, ended.end_reason) == (ClaimStatus.ENDED, NOW, "disassociated")


def test_a_reviewers_comment_reads_microsoft():
    claim = submitted_claim()
    comment = add_comment(claim, text="  Which signature is the customer's?  ", actor=reviewer_actor(), now=NOW)
    assert (comment.text, comment.author_name, comment.author_initials) == (
        "Which signature is the customer's?",
        "Microsoft",
        "MS",
    )
    assert claim.last_activity_label == "Microsoft"
    with pytest.raises(RuleViolation, match="Write a comment"):
        add_comment(claim, text="  ", actor=partner_actor(claim), now=NOW)
