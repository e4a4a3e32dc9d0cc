"""Scores, the question to all parties, the decision and its confirmation, as forms."""

import pytest

from claims.enums import ClaimStatus
from claims.models import ActionRequest
from review.models import CaseDecision, CaseScore, RubricCriterion
from tests.factories import (
    ReviewerFactory,
)
from tests.review.arbitration.pages import HOSTILE, at, text_of, typed
from tests.review.arbitration.rivals import filed, fresh

pytestmark = pytest.mark.django_db


def test_scores_are_weighted_into_a_total(desk, contest, reviewer):
    case, holder, _rival = contest
    party = case.parties.get(claim=holder)
    recency, signature = RubricCriterion.objects.order_by("position")[:2]
    data = {f"points_{recency.pk}": "4", f"note_{recency.pk}": HOSTILE, f"points_{signature.pk}": "0"}
    assert desk.post(at("case-score", case, party.pk), data).status_code == 302
    assert set(CaseScore.objects.values_list("criterion__code", "points", "by")) == {
        (recency.code, 4, reviewer.pk), (signature.code, 0, reviewer.pk)
    }  # fmt: skip
    text = text_of(desk.get(at("case", case)))
    assert "50 %" in text
    assert "<script>alert" not in text
    assert desk.post(at("case-score", case, party.pk), data | {f"points_{recency.pk}": ""}).status_code == 302
    assert CaseScore.objects.count() == 1


def test_wrong_scores_come_back_with_a_sentence_and_what_was_typed(desk, contest):
    case, holder, _rival = contest
    party, criterion = case.parties.get(claim=holder), RubricCriterion.objects.first()
    data = {f"points_{criterion.pk}": "9", f"note_{criterion.pk}": "x" * 501}
    response = desk.post(at("case-score", case, party.pk), data)
    assert response.status_code == 422
    assert "Points go from 0 to 4." in text_of(response)
    assert "at most 500 characters" in text_of(response)
    assert "x" * 501 in text_of(response)
    assert not CaseScore.objects.exists()


def test_all_parties_are_asked_the_same_until_the_same_moment(desk, tenant, intune, contest):
    case, holder, rival = contest
    waiting = filed(tenant, intune)
    reason = desk.get(at("case-ask", case)).context["form"].fields["reasons"].queryset.get(code="dates_missing")
    response = desk.post(at("case-ask", case), {"reasons": [reason.pk], "message": "Show both dates."}, follow=True)
    assert "3 partners were asked the same" in text_of(response)
    requests = ActionRequest.objects.all()
    assert {request.claim_id for request in requests} == {holder.pk, rival.pk, waiting.pk}
    assert len({request.due_at for request in requests}) == 1
    assert (fresh(holder).status, fresh(rival).status) == (ClaimStatus.APPROVED, ClaimStatus.ACTION_REQUIRED)
    assert "Waiting for answers" in text_of(desk.get(at("case", case)))
    again = desk.post(at("case-ask", case), {"reasons": [reason.pk], "message": "Again."})
    assert again.status_code == 409
    assert "Nobody can be asked now." in text_of(again)
    assert "Again." in text_of(again)


def test_a_question_needs_a_reason_and_keeps_what_was_typed(desk, contest):
    response = desk.post(at("case-ask", contest[0]), {"message": HOSTILE})
    assert response.status_code == 422
    assert "Choose at least one reason" in text_of(response)
    assert "&lt;script&gt;" in text_of(response)
    assert not ActionRequest.objects.exists()


def test_a_decision_is_previewed_proposed_and_confirmed_by_another(desk, client, contest, reviewer):
    case, holder, rival = contest
    data = typed(desk, case, rival)
    preview = desk.post(at("case-decide", case), data | {"preview": "1"})
    assert preview.status_code == 200
    assert "Propose to a second reviewer" in text_of(preview)
    assert "We compared the proof of execution" in text_of(preview)
    assert not CaseDecision.objects.exists()
    back = desk.post(at("case-decide", case), data | {"back": "1"})
    assert "It is newer and signed." in text_of(back)
    assert desk.post(at("case-decide", case), data | {"send": "1"}).status_code == 302
    decision = CaseDecision.objects.get()
    own = text_of(desk.get(at("case", case)))
    assert "You cannot confirm your own proposal." in own
    assert "Confirm and carry out" not in own
    refused = desk.post(at("case-settle", case, decision.pk), {"act": "confirm"})
    assert refused.status_code == 409
    assert fresh(holder).status == ClaimStatus.APPROVED
    client.force_login(ReviewerFactory(full_name="Sam Second"))
    assert "Confirm and carry out" in text_of(client.get(at("case", case)))
    assert client.post(at("case-settle", case, decision.pk), {"act": "confirm"}).status_code == 302
    assert (fresh(holder).status, fresh(rival).status) == (ClaimStatus.ENDED, ClaimStatus.APPROVED)
    closed = text_of(client.get(at("case", case)))
    assert "confirmed by Sam Second" in closed
    assert "It is newer and signed." in closed


def test_a_proposal_is_returned_with_a_comment_or_taken_back(desk, client, contest):
    case, _holder, rival = contest
    data = typed(desk, case, rival) | {"send": "1"}
    desk.post(at("case-decide", case), data)
    decision = CaseDecision.objects.get()
    reviewer = decision.proposed_by
    client.force_login(ReviewerFactory())
    empty = client.post(at("case-settle", case, decision.pk), {"act": "return", "comment": " "})
    assert empty.status_code == 422
    assert "Say why you return the proposal." in text_of(empty)
    long = client.post(at("case-settle", case, decision.pk), {"act": "return", "comment": "x" * 2001})
    assert "at most 2,000 characters" in text_of(long)
    assert "x" * 2001 in text_of(long)
    assert client.post(at("case-settle", case, decision.pk), {"act": "dance"}).status_code == 409
    assert client.post(at("case-settle", case, decision.pk), {"act": "return", "comment": HOSTILE}).status_code == 302
    assert fresh(decision).state == "returned"
    assert "<script>alert" not in text_of(client.get(at("case", case)))
    client.force_login(reviewer)
    client.post(at("case-decide", case), typed(client, case, rival) | {"send": "1"})
    latest = CaseDecision.objects.first()
    assert client.post(at("case-settle", case, latest.pk), {"act": "take-back"}).status_code == 302
    assert fresh(latest).state == "taken_back"


def test_an_incomplete_decision_comes_back_with_sentences_and_what_was_typed(desk, contest):
    case, holder, rival = contest
    data = typed(desk, case, rival, reason=" ")
    letter = f"letter_{case.parties.get(claim=holder).pk}"
    item = f"item_{case.items.get().pk}"
    response = desk.post(at("case-decide", case), data | {letter: " ", item: "0", "send": "1"})
    text = text_of(response)
    assert response.status_code == 422
    assert "Write down why you decide so." in text
    assert "Select one of the partners that claim or hold" in text
    only_letter = text_of(desk.post(at("case-decide", case), data | {letter: "", "reason": HOSTILE, "send": "1"}))
    assert "why it was not selected" in only_letter
    assert "&lt;script&gt;" in only_letter
    long = text_of(desk.post(at("case-decide", case), data | {letter: "x" * 4001, "reason": "y" * 4001}))
    assert long.count("at most 4,000 characters") == 2
    assert "x" * 4001 in long
    assert not CaseDecision.objects.exists()


@pytest.mark.parametrize("seen", ["", "x", "{}", '{"case": "a", "claims": {}}', '{"case": 1, "claims": []}', "[1]"])
def test_a_decision_on_nothing_that_was_read_is_refused(desk, contest, seen):
    data = typed(desk, contest[0], contest[2], seen=seen)
    response = desk.post(at("case-decide", contest[0]), data | {"send": "1"})
    assert response.status_code in {409, 422}
    assert not CaseDecision.objects.exists()


def test_a_decision_on_an_older_state_says_what_changed_and_may_be_sent_again(desk, contest, tenant, intune):
    case, _holder, rival = contest
    data = typed(desk, case, rival)
    third = filed(tenant, intune)
    late = desk.post(at("case-decide", case), data | {"send": "1"})
    assert late.status_code == 409
    assert f"Claim {third.pk} of" in text_of(late)
    assert "It is newer and signed." in text_of(late)
    again = typed(desk, case, rival)
    assert desk.post(at("case-decide", case), again | {"send": "1"}).status_code == 302
