"""What the partner is told of the outcome of a dispute, by mail and on the claim's page."""

import pytest

from claims.deciding import approve, reject, request_action
from claims.enums import ClaimStatus
from claims.models import ReasonCode
from claims.submitting import dispute
from notifications.models import Notice, OutgoingEmail
from tests.factories import NOW, claim_under_review, partner_actor, reviewer_actor

pytestmark = pytest.mark.django_db


def reasons():
    return list(ReasonCode.objects.filter(code="dates_missing"))


def newest_mail():
    return OutgoingEmail.objects.filter(kind__startswith="claim.").order_by("-pk").first()


@pytest.fixture
def disputed():
    claim = claim_under_review()
    reject(claim, reasons=reasons(), message="", actor=reviewer_actor(), now=NOW)
    dispute(claim, actor=partner_actor(claim), message="The date is on page 4.", now=NOW)
    return claim


def test_a_first_rejection_says_until_when_it_can_be_disputed():
    claim = claim_under_review()
    reject(claim, reasons=reasons(), message="", actor=reviewer_actor(), now=NOW)
    mail = newest_mail()
    assert "you can dispute this once on the claim's page, until December 24, 2026, 10:00 AM UTC." in mail.text
    assert "final" not in mail.text


def test_the_receipt_of_a_dispute_names_the_day_of_the_answer(disputed):
    assert "You can expect a response by December 2, 2026." in newest_mail().text


def test_a_rejection_after_a_dispute_is_its_outcome_with_reasons_and_final(disputed, client):
    reject(disputed, reasons=reasons(), message="We looked again.", actor=reviewer_actor(), now=NOW)
    mail = newest_mail()
    assert mail.subject.startswith("Dispute decided, claim rejected")
    for text in (
        "This is the outcome of your dispute",
        "Dates are missing or out of date",
        "We looked again.",
        "is final",
    ):
        assert text in mail.text
    assert "you can dispute" not in mail.text
    assert "outcome of your dispute" in Notice.objects.filter(user=disputed.created_by).first().body
    client.force_login(disputed.created_by)
    page = client.get(disputed.get_absolute_url()).content.decode()
    assert "This claim was rejected after your dispute, and that is final" in page
    assert "Dates cannot be seen or are out of date." in page


def test_an_approval_after_a_dispute_is_its_outcome(disputed):
    approve(disputed, message="You were right.", actor=reviewer_actor(), now=NOW)
    mail = newest_mail()
    assert mail.subject.startswith("Dispute decided, claim approved")
    assert "This is the outcome of your dispute: Microsoft approved your claim." in mail.text
    assert "You were right." in mail.text


def test_an_ordinary_approval_speaks_of_no_dispute():
    approve(claim_under_review(), actor=reviewer_actor(), now=NOW)
    assert "dispute" not in newest_mail().text.lower()


def test_a_request_about_a_disputed_claim_says_so_and_the_decision_after_it_is_still_the_outcome(disputed):
    request_action(disputed, reasons=reasons(), message="", actor=reviewer_actor(), now=NOW)
    assert "to decide on your dispute" in newest_mail().text
    type(disputed).objects.filter(pk=disputed.pk).update(status=ClaimStatus.UNDER_REVIEW)
    disputed.refresh_from_db()
    reject(disputed, reasons=reasons(), message="", actor=reviewer_actor(), now=NOW)
    assert "This decision is final." in newest_mail().text
