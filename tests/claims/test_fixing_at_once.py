"""Answers at the very moment at which a list is handed in, closed, or answered by a colleague: nothing comes in between."""

import pytest

from claims.deciding import approve, ask_holder, request_action
from claims.enums import ClaimAction, ClaimStatus
from claims.fixing import answer_item, hand_in_answers, open_request_of
from claims.models import Claim, FixItem, ReasonCode
from claims.submitting import disassociate, submit
from claims.superseding import keep_association
from customers import consent
from customers.enums import DenialReason
from customers.models import ConsentRequest
from tests.answers import answer_everything
from tests.factories import NOW, claim_under_review, partner_actor, reviewer_actor
from tests.support.at_once import at_once, while_held

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


def asked_holder():
    """A claim that stays approved while its partner is asked about it, with each item ticked."""
    claim = claim_under_review()
    approve(claim, actor=reviewer_actor(), now=NOW)
    reason = ReasonCode.objects.get(code="dates_missing")
    ask_holder(claim, reasons=[reason], message="", actor=reviewer_actor(), now=NOW, due_at=NOW)
    answer_everything(claim)
    return claim


def handing_in(claim):
    actor = partner_actor(claim)
    return lambda: hand_in_answers(Claim.objects.get(pk=claim.pk), actor=actor, now=NOW)


def leaving(claim):
    actor = partner_actor(claim)
    return lambda: disassociate(Claim.objects.get(pk=claim.pk), actor=actor, message="Over.", now=NOW)


def denying(claim):
    request = ConsentRequest.objects.get(reference=str(claim.pk))
    answer = {"reasons": [DenialReason.NO_SHARING], "comment": "", "share_comment": False, "now": NOW}
    return lambda: consent.deny(ConsentRequest.objects.get(pk=request.pk), **answer)


def keeping(claim):
    actor = reviewer_actor()
    return lambda: keep_association(Claim.objects.get(pk=claim.pk), message="", actor=actor, now=NOW)


@pytest.mark.parametrize(
    ("other", "after"),
    [(leaving, ClaimStatus.ENDED), (denying, ClaimStatus.CONSENT_DENIED), (keeping, ClaimStatus.APPROVED)],
)
def test_answers_handed_in_while_the_association_ends_or_is_kept_wait_for_nobody_in_a_circle(other, after):
    for number in range(ROUNDS):
        claim = asked_holder()
        acts = [handing_in(claim), other(claim)]
        outcomes = at_once(*(acts if number % 2 else reversed(acts)))
        answered = claim.events.filter(action=ClaimAction.ANSWER).count()
        assert outcomes == (["done", "done"] if answered else ["done", "refused"]), (number, outcomes)
        claim.refresh_from_db()
        assert (claim.status, open_request_of(claim)) == (after, None)


def test_an_answer_written_while_the_answers_are_handed_in_is_kept_with_them_or_refused():
    for number in range(ROUNDS):
        claim = asked_holder()
        item = open_request_of(claim).items.get()
        actor = partner_actor(claim)
        acts = [
            handing_in(claim),
            lambda: answer_item(FixItem.objects.get(pk=item.pk), answer="Page 3", actor=actor, now=NOW),  # noqa: B023
        ]
        outcomes = at_once(*(acts if number % 2 else reversed(acts)))
        told = claim.events.get(action=ClaimAction.ANSWER).data.get("answers", [])
        assert [each["answer"] for each in told] == (["Page 3"] if outcomes == ["done", "done"] else [])
        item.refresh_from_db()
        assert item.answer == ("Page 3" if told else "")


@pytest.fixture
def answered():
    """A claim that waits for its partner, with its only item ticked."""
    claim = claim_under_review()
    reason = ReasonCode.objects.get(code="dates_missing")
    request_action(claim, reasons=[reason], message="", actor=reviewer_actor(), now=NOW)
    answer_everything(claim)
    return claim


def submitting(claim):
    actor = partner_actor(claim)
    return lambda: submit(Claim.objects.get(pk=claim.pk), actor=actor, now=NOW)


def test_an_item_that_a_colleague_opens_while_the_claim_is_submitted_is_not_submitted_as_done(answered):
    item, actor = open_request_of(answered).items.get(), partner_actor(answered)
    open_again = lambda: answer_item(item, ticked=False, actor=actor, now=NOW)  # noqa: E731
    assert while_held(answered.pk, submitting(answered), meanwhile=open_again) == ["refused"]
    answered.refresh_from_db()
    assert answered.status == ClaimStatus.ACTION_REQUIRED
    assert not answered.events.filter(action=ClaimAction.RESUBMIT).exists()


def test_an_answer_that_a_colleague_writes_while_the_claim_is_submitted_is_kept_with_the_submission(answered):
    item, actor = open_request_of(answered).items.get(), partner_actor(answered)
    write = lambda: answer_item(item, answer="Page 3", actor=actor, now=NOW)  # noqa: E731
    assert while_held(answered.pk, submitting(answered), meanwhile=write) == ["done"]
    kept = answered.events.get(action=ClaimAction.RESUBMIT).data["answers"]
    assert [each["answer"] for each in kept] == ["Page 3"]
