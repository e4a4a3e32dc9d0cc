"""Who may decide on a disputed claim: another reviewer than the one whose rejection was disputed."""

from datetime import date

import pytest
from django.urls import reverse

from claims.deciding import OWN_REJECTION, approve, reject, request_action
from claims.enums import ClaimStatus
from claims.models import ReasonCode
from claims.submitting import dispute, submit
from kit.errors import RuleViolation
from review.assigning import take_next
from review.queries import is_any_free
from tests.answers import answer_everything
from tests.factories import NOW, claim_under_review, partner_actor, reviewer_actor

pytestmark = pytest.mark.django_db


def reasons():
    return list(ReasonCode.objects.filter(code="poe_missing"))


@pytest.fixture
def first():
    return reviewer_actor()


@pytest.fixture
def disputed(first):
    claim = claim_under_review()
    reject(claim, reasons=reasons(), message="", actor=first, now=NOW)
    dispute(claim, actor=partner_actor(claim), message="The signature is on page 3.", now=NOW)
    return claim


def test_the_dispute_is_answered_within_five_business_days(disputed):
    assert disputed.review_due_on == date(2026, 12, 2)  # from Tuesday, November 24, over Thanksgiving and a weekend


def decisions(claim, actor):
    return (
        lambda: approve(claim, actor=actor, now=NOW),
        lambda: reject(claim, reasons=reasons(), message="", actor=actor, now=NOW),
        lambda: request_action(claim, reasons=reasons(), message="", actor=actor, now=NOW),
    )


@pytest.mark.parametrize("number", [0, 1, 2], ids=["approve", "reject", "request_action"])
def test_who_rejected_it_decides_no_more_and_a_colleague_does(disputed, first, number):
    events = disputed.events.count()
    with pytest.raises(RuleViolation) as refusal:
        decisions(disputed, first)[number]()
    assert refusal.value.message == OWN_REJECTION
    disputed.refresh_from_db()
    assert (disputed.status, disputed.events.count()) == (ClaimStatus.DISPUTED, events)
    decisions(disputed, reviewer_actor())[number]()
    assert disputed.status != ClaimStatus.DISPUTED


def test_it_holds_also_after_the_colleague_asked_for_more(disputed, first):
    decisions(disputed, reviewer_actor())[2]()
    submit_again(disputed)
    assert disputed.status == ClaimStatus.UNDER_REVIEW
    with pytest.raises(RuleViolation, match="You rejected this claim"):
        approve(disputed, actor=first, now=NOW)


def test_without_a_dispute_one_reviewer_decides_all_the_way(first):
    claim = claim_under_review()
    request_action(claim, reasons=reasons(), message="", actor=first, now=NOW)
    submit_again(claim)
    reject(claim, reasons=reasons(), message="", actor=first, now=NOW)
    assert claim.status == ClaimStatus.REJECTED


def test_it_is_the_next_claim_of_a_colleague_and_not_of_who_rejected_it(disputed, first):
    disputed.refresh_from_db()
    assert disputed.reviewer is None
    besides = claim_under_review(reviewer=reviewer_actor().user)
    assert not is_any_free(first.user, besides=besides)
    assert take_next(first.user, now=NOW) is None
    colleague = reviewer_actor().user
    assert is_any_free(colleague, besides=besides)
    assert take_next(colleague, now=NOW) == disputed


def test_the_desk_says_it_and_keeps_the_message(disputed, first, client):
    client.force_login(first.user)
    data = {"version": disputed.version, "decision": "approve", "confirm": "1", "message": "My own words."}
    answer = client.post(reverse("admin:review-decide", args=[disputed.pk]), data)
    assert answer.status_code == 409
    assert str(OWN_REJECTION) in answer.content.decode()
    assert "My own words.</textarea>" in answer.content.decode()


def submit_again(claim):
    claim.refresh_from_db()
    answer_everything(claim)
    submit(claim, actor=partner_actor(claim), now=NOW)
