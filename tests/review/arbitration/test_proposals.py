"""Second reviewers, what comes in between, who may not, and the preview of a decision."""

import pytest

from claims.consenting import accept_denial
from claims.deciding import reject
from claims.enums import ClaimAction, ClaimStatus
from claims.findings import Finding
from claims.models import ReasonCode
from claims.submitting import dispute, withdraw
from customers.models import ConsentRequest
from kit.errors import RuleViolation, StaleRecord
from notifications.models import OutgoingEmail
from review.arbitration.deciding import confirm, return_proposal, take_back
from review.arbitration.guarding import refusal_to_approve
from review.arbitration.preview import preview_case
from review.arbitration.room import room_of, state_of
from review.models import Bar
from tests.factories import (
    NOW,
    LeadFactory,
    ReviewerFactory,
    TenantFactory,
    partner_actor,
)
from tests.review.arbitration.acting import LETTER, act, held, mails_of, plan_for
from tests.review.arbitration.rivals import filed, fresh, holding, parties, running, under_review

pytestmark = pytest.mark.django_db


def test_a_decision_on_an_older_state_says_what_changed_and_does_nothing(tenant, intune, reviewer):
    winner, loser, third = under_review(tenant, intune), under_review(tenant, intune), filed(tenant, intune)
    (case,) = running()
    seen, plan = state_of(room_of(case)), plan_for(case, INTUNE=winner)
    withdraw(third, actor=partner_actor(third), now=NOW)
    with pytest.raises(StaleRecord, match=f"Claim {third.pk} of .* left"):
        act(case, plan, reviewer, seen=seen)
    assert fresh(loser).status == ClaimStatus.UNDER_REVIEW


def test_a_proposal_is_overtaken_when_the_customer_denies_the_holder(tenant, intune, reviewer, second):
    holder, rival, third = holding(tenant, intune), under_review(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    accept_denial(ConsentRequest.objects.get(reference=str(holder.pk)), now=NOW)
    assert fresh(decision).state == "overtaken"
    assert fresh(case).state == "open"
    with pytest.raises(StaleRecord, match="overtaken"):
        confirm(decision, user=second, now=NOW)
    assert set(parties(case)) == {rival.pk, third.pk}


def test_fresh_proof_of_the_holder_keeps_a_proposal_from_being_confirmed(tenant, intune, reviewer, second):
    from claims.documents import refresh_proof
    from tests.factories import pdf_upload

    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    refresh_proof(holder, uploads=[pdf_upload("New.pdf", "Newer")], actor=partner_actor(holder), now=NOW)
    with pytest.raises(StaleRecord, match="refreshed proof of execution"):
        confirm(decision, user=second, now=NOW)
    assert held(tenant) == [holder.pk]


def test_a_second_reviewer_returns_a_proposal_with_a_comment(tenant, intune, reviewer, second):
    _holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    with pytest.raises(RuleViolation, match="You proposed"):
        return_proposal(decision, comment="No.", user=reviewer, now=NOW)
    with pytest.raises(RuleViolation, match="Say why"):
        return_proposal(decision, comment=" ", user=second, now=NOW)
    with pytest.raises(RuleViolation, match="waits for confirmation"):
        act(case, plan_for(case, INTUNE=rival), second)
    return_proposal(decision, comment="The signature has no date.", user=second, now=NOW)
    assert (fresh(case).state, fresh(decision).state) == ("open", "returned")
    assert act(case, plan_for(case, INTUNE=rival), reviewer).state == "proposed"


def test_only_the_proposer_or_a_lead_takes_a_proposal_back(tenant, intune, reviewer, second):
    _holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    with pytest.raises(RuleViolation, match="Only its proposer or a lead"):
        take_back(decision, user=second, now=NOW)
    assert take_back(decision, user=LeadFactory(), now=NOW).state == "taken_back"


def test_who_is_barred_from_one_partner_neither_decides_nor_confirms(tenant, intune, reviewer, second):
    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    decision = act(case, plan_for(case, INTUNE=rival), reviewer)
    for person in (second, ReviewerFactory()):
        Bar.objects.create(reviewer=person, organization=holder.organization, reason="Family", set_at=NOW)
    with pytest.raises(RuleViolation, match="conflict of interest"):
        confirm(decision, user=second, now=NOW)
    take_back(decision, user=reviewer, now=NOW)
    with pytest.raises(RuleViolation, match="conflict of interest"):
        act(case, plan_for(case, INTUNE=rival), second)


def test_whoever_rejected_a_disputed_party_cannot_decide_its_case(tenant, intune, reviewer, second):
    loser, rival = under_review(tenant, intune), under_review(tenant, intune)
    reason = ReasonCode.objects.get(code="product_missing")
    reject(loser, reasons=[reason], message="", actor=partner_actor(loser).reviewer(reviewer), now=NOW)
    dispute(fresh(loser), actor=partner_actor(loser), message="No.", now=NOW)
    (case,) = running()
    plan = plan_for(case, INTUNE=rival)
    with pytest.raises(RuleViolation, match="Another reviewer decides"):
        act(case, plan, reviewer)
    assert fresh(rival).status == ClaimStatus.UNDER_REVIEW
    assert act(case, plan, second).state == "carried_out"


def test_a_preview_shows_every_letter_and_changes_nothing(tenant, intune, reviewer):
    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    before = (OutgoingEmail.objects.count(), holder.events.count(), fresh(case).version)
    plan, seen = plan_for(case, INTUNE=rival), state_of(room_of(case))
    shown = preview_case(case, plan=plan, reason="Newer.", seen=seen, user=reviewer, now=NOW)
    assert shown.refusal is None
    assert shown.needs_second
    by_claim = {told.fate.party.claim_id: told for told in shown.told}
    assert LETTER in by_claim[holder.pk].letters[0].text
    assert rival.customer_contact_email in by_claim[rival.pk].customer.to
    assert "/consent/••" in by_claim[rival.pk].customer.text
    assert (OutgoingEmail.objects.count(), holder.events.count(), fresh(case).version) == before
    assert held(tenant) == [holder.pk]
    refused = preview_case(case, plan=plan, reason="", seen=seen, user=reviewer, now=NOW)
    assert "Write down why" in refused.refusal.message


def test_a_contested_product_is_not_approved_alone(tenant, intune, exchange):
    claim, _rival = under_review(tenant, intune, exchange), filed(tenant, intune)
    (case,) = running()
    refusal = refusal_to_approve(claim)
    assert f"case {case.pk}" in refusal
    assert intune.label in refusal
    assert exchange.label not in refusal
    assert refusal_to_approve(claim, refused={intune.pk}) == ""
    assert refusal_to_approve(filed(TenantFactory(), intune)) == ""


def test_a_finding_names_no_rival(tenant, intune, reviewer):
    winner, loser = under_review(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    act(case, plan_for(case, INTUNE=winner), reviewer)
    for text in (str(loser.events.get(action=ClaimAction.REJECT).data), mails_of(loser)):
        assert winner.organization.name not in text
        assert str(winner.pk) not in text
    assert Finding(ReasonCode.objects.get(code="another_partner_selected")).printed(loser)
