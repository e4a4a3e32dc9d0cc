"""Answering the fix list: what counts as done, whose word stays, and when the list is closed."""

from datetime import timedelta

import pytest

from claims.actors import Actor
from claims.deciding import ask_holder, request_action
from claims.enums import ClaimAction, ClaimStatus
from claims.findings import Finding
from claims.fixing import CLOSED, MAX_ANSWER, answer_item, hand_in_answers, open_request_of
from claims.history import tell_partner, tell_reviewer
from claims.models import Claim, ReasonCode
from claims.problems import blockers_of
from claims.submitting import disassociate, submit
from kit.errors import RuleViolation
from notifications.models import OutgoingEmail
from tests.answers import answer_everything
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    MembershipFactory,
    WorkloadFactory,
    claim_under_review,
    partner_actor,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def reason(code="product_missing"):
    return ReasonCode.objects.get(code=code)


def asked(products=2, **fields):
    """A claim of which one product is asked about, and its proof."""
    claim = claim_under_review(products=WorkloadFactory.create_batch(products), **fields)
    findings = [Finding(reason(), product=claim.lines.first().product), Finding(reason("dates_missing"))]
    request_action(claim, reasons=findings, message="Please.", actor=reviewer_actor(), now=NOW)
    return claim


def holder(**fields):
    claim = ClaimFactory(status=ClaimStatus.APPROVED, decided_at=NOW, **fields)
    DocumentFactory(claim=claim)
    ask_holder(claim, reasons=[reason()], message="", actor=reviewer_actor(), now=NOW, due_at=NOW + 5 * DAY)
    return claim


def items_of(claim):
    return list(open_request_of(claim).items.all())


class TestSubmitting:
    def test_it_waits_until_every_item_is_ticked_or_answered(self):
        claim = asked()
        actor = partner_actor(claim)
        first, second = items_of(claim)
        with pytest.raises(RuleViolation, match="2 items of the list"):
            submit(claim, actor=actor, now=NOW)
        answer_item(first, ticked=True, actor=actor, now=NOW)
        with pytest.raises(RuleViolation, match="One item of the list"):
            submit(claim, actor=actor, now=NOW)
        answer_item(second, answer="Page 3", actor=actor, now=NOW)
        submit(claim, actor=actor, now=NOW)
        assert claim.status == ClaimStatus.UNDER_REVIEW

    def test_a_tick_taken_back_and_an_answer_made_empty_open_the_item_again(self):
        claim = asked()
        actor, item = partner_actor(claim), items_of(claim)[0]
        answer_item(item, ticked=True, answer="Done", actor=actor, now=NOW)
        assert item.answered_by == actor.user
        answer_item(item, ticked=False, answer="   ", actor=actor, now=NOW)
        assert (item.is_done, item.answered_by, item.answered_at) == (False, None, None)

    def test_a_product_taken_out_of_the_claim_settles_what_was_asked_about_it(self):
        claim = asked()
        first, second = items_of(claim)
        answer_item(second, ticked=True, actor=partner_actor(claim), now=NOW)
        assert [problem.code for problem in blockers_of(claim, now=NOW)] == ["fix_list"]
        claim.lines.filter(product=first.product).delete()
        assert blockers_of(claim, now=NOW) == []

    def test_the_answers_are_kept_in_history_for_both_sides(self):
        claim = asked()
        answer_everything(claim, answer="See page 3 of the order.")
        submit(claim, actor=partner_actor(claim), now=NOW)
        event = claim.events.get(action=ClaimAction.RESUBMIT)
        for tell in (tell_partner, tell_reviewer):
            said = "\n".join(tell([event])[0].said)
            assert said.count("See page 3 of the order.") == 2
            assert "Dates are missing or out of date" in said

    def test_a_claim_with_nothing_asked_submits_without_a_list(self):
        claim = DocumentFactory().claim
        assert open_request_of(claim) is None
        submit(claim, actor=partner_actor(claim), now=NOW)
        assert claim.status == ClaimStatus.SUBMITTED


class TestAnswering:
    def test_it_makes_nobodys_edit_stale(self):
        claim = asked()
        before = Claim.objects.get(pk=claim.pk)
        answer_everything(claim)
        after = Claim.objects.get(pk=claim.pk)
        assert (after.version, after.last_activity_at) == (before.version, before.last_activity_at)
        assert not claim.events.filter(action=ClaimAction.ANSWER).exists()

    def test_two_colleagues_who_look_at_the_same_list_lose_nothing_of_each_other(self):
        claim = asked()
        colleague = Actor.partner(MembershipFactory(organization=claim.organization).user, claim.organization)
        mine, theirs = items_of(claim)[0], items_of(claim)[0]
        answer_item(theirs, answer="The order is attached.", actor=colleague, now=NOW)
        answer_item(mine, ticked=True, actor=partner_actor(claim), now=NOW + DAY)
        item = items_of(claim)[0]
        assert (item.ticked, item.answer) == (True, "The order is attached.")
        answer_item(theirs, answer="Both are attached.", actor=colleague, now=NOW + 2 * DAY)
        assert items_of(claim)[0].answer == "Both are attached."

    def test_what_is_already_so_keeps_who_wrote_it(self):
        claim = asked()
        item = items_of(claim)[0]
        answer_item(item, ticked=True, answer="Yes.", actor=partner_actor(claim), now=NOW)
        colleague = Actor.partner(MembershipFactory(organization=claim.organization).user, claim.organization)
        answer_item(item, ticked=True, answer=" Yes. ", actor=colleague, now=NOW + DAY)
        item.refresh_from_db()
        assert (item.answered_by, item.answered_at) == (claim.created_by, NOW)

    def test_2000_characters_fit_and_one_more_does_not(self):
        claim = asked()
        item, actor = items_of(claim)[0], partner_actor(claim)
        as_browsers_send_it = "é\r\n" * 999 + "bc"  # a line break is two signs on the way and counts as one
        answer_item(item, answer=as_browsers_send_it, actor=actor, now=NOW)
        with pytest.raises(RuleViolation, match="at most 2,000 characters"):
            answer_item(item, answer="x" * (MAX_ANSWER + 1), actor=actor, now=NOW)
        item.refresh_from_db()
        assert (len(item.answer), item.answer[-2:]) == (MAX_ANSWER, "bc")

    def test_nobody_else_answers(self):
        claim = asked()
        item = items_of(claim)[0]
        stranger = partner_actor(ClaimFactory())
        for actor in (reviewer_actor(), stranger, Actor.system()):
            with pytest.raises(RuleViolation, match="Only the partner answers"):
                answer_item(item, ticked=True, actor=actor, now=NOW)
        assert not items_of(claim)[0].is_done

    def test_a_list_that_was_handed_in_is_closed(self):
        claim = asked()
        items = answer_everything(claim)
        submit(claim, actor=partner_actor(claim), now=NOW)
        with pytest.raises(RuleViolation) as refusal:
            answer_item(items[0], answer="Too late", actor=partner_actor(claim), now=NOW)
        assert refusal.value.message == CLOSED
        items[0].refresh_from_db()
        assert items[0].answer == ""


class TestHolder:
    def test_it_hands_in_while_the_claim_stays_approved_and_gets_a_receipt(self):
        claim = holder()
        with pytest.raises(RuleViolation, match="then hand in your answers"):
            hand_in_answers(claim, actor=partner_actor(claim), now=NOW)
        answer_everything(claim, answer="Renewed in May.")
        request = hand_in_answers(claim, actor=partner_actor(claim), now=NOW + DAY)
        claim.refresh_from_db()
        assert (claim.status, request.closed_at) == (ClaimStatus.APPROVED, NOW + DAY)
        assert claim.events.get(action=ClaimAction.ANSWER).data["answers"][0]["answer"] == "Renewed in May."
        assert not OutgoingEmail.objects.filter(kind="claim.answer").exists()
        with pytest.raises(RuleViolation, match="no open request"):
            hand_in_answers(claim, actor=partner_actor(claim), now=NOW + DAY)

    def test_it_is_asked_once_at_a_time_and_only_while_approved(self):
        claim = holder()
        again = {"reasons": [reason()], "message": "", "actor": reviewer_actor(), "now": NOW, "due_at": NOW + DAY}
        with pytest.raises(RuleViolation, match="already been asked"):
            ask_holder(claim, **again)
        with pytest.raises(RuleViolation, match="Only an approved claim"):
            ask_holder(claim_under_review(), **again)

    def test_the_request_closes_when_the_association_ends(self):
        claim = holder()
        disassociate(claim, actor=partner_actor(claim), message="The project is over.", now=NOW + DAY)
        assert claim.action_requests.get().closed_at == NOW + DAY
        assert open_request_of(claim) is None
