"""Sending a decision: on the claim as it was read, by somebody who may, in one transaction or not at all."""

import re

import pytest

from claims.actors import Actor
from claims.associations import open_associations
from claims.deciding import HELD
from claims.enums import ClaimAction, ClaimStatus, LineVerdict
from claims.findings import Finding
from claims.lifecycle import touch
from claims.models import ReasonCode
from claims.submitting import add_comment, dispute
from customers.models import ConsentRequest
from kit.errors import RuleViolation, StaleRecord
from notifications.models import OutgoingEmail
from review.decision.outcomes import ACCEPTED, ASKED, REFUSED, Outcome
from review.decision.sending import PARTNER_ADDED, send_decision
from review.models import Assignment, Note
from review.staleness import newest_event
from tests.factories import (
    NOW,
    ClaimFactory,
    LeadFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    partner_actor,
    submitted_claim,
)
from tests.support.everything import every_row

pytestmark = pytest.mark.django_db


def finding(code="dates_missing", **tie):
    return Finding(ReasonCode.objects.get(code=code), **tie)


def of_products(**verdicts):
    """A claim for one product per verdict, with the outcome that has them; a reason about each that is not accepted."""
    products = {name: WorkloadFactory(name=name.upper()) for name in verdicts}
    claim = claim_under_review(products=list(products.values()))
    found = {products[name].pk: verdict for name, verdict in verdicts.items()}
    findings = tuple(finding(product=each) for each in products.values() if found[each.pk] in {ASKED, REFUSED})
    decision = "request_action" if ASKED in verdicts.values() else "approve"
    return claim, Outcome(decision, findings, found)


def send(claim, outcome, *, user=None, **changed):
    told = {"message": "", "version": claim.version, "seen_event": newest_event(claim)} | changed
    return send_decision(claim, outcome=outcome, user=user or ReviewerFactory(), now=NOW, **told)


def rejection(*findings):
    return Outcome("reject", findings or (finding(),), {})


def test_an_approval_in_part_associates_names_and_frees_each_product_as_it_was_decided():
    claim, outcome = of_products(aip=ACCEPTED, intune=REFUSED)
    send(claim, outcome)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.APPROVED
    assert [held.product.name for held in claim.associations.all()] == ["AIP"]
    asked = [item.text for item in ConsentRequest.objects.get().items.all()]
    assert asked == ["AIP, " + claim.lines.get(product__name="AIP").product.code]
    assert dict(claim.lines.values_list("product__name", "verdict")) == {
        "AIP": LineVerdict.ACCEPTED,
        "INTUNE": LineVerdict.REFUSED,
    }
    assert dict(claim.lines.values_list("product__name", "live")) == {"AIP": True, "INTUNE": False}
    mail = OutgoingEmail.objects.filter(kind__startswith="claim.").first().text
    assert re.search(r"Not approved:\s+\W*INTUNE", mail)
    assert "Dates are missing or out of date" in mail


def test_a_request_tells_what_is_accepted_and_lists_what_is_needed():
    claim, outcome = of_products(aip=ACCEPTED, intune=ASKED)
    send(claim, outcome, message="One thing only.")
    items = claim.action_requests.get().items.all()
    assert [(item.product.name, item.title) for item in items] == [("INTUNE", "Dates are missing or out of date")]
    mail = OutgoingEmail.objects.filter(kind__startswith="claim.").first().text
    assert re.search(r"Accepted:\s+\W*AIP", mail)
    assert "One thing only." in mail


def test_a_claim_that_nobody_has_becomes_the_deciders_own():
    claim, reviewer = claim_under_review(), ReviewerFactory()
    decided = send(claim, rejection(), user=reviewer)
    assert decided.reviewer == reviewer
    (taken,) = Assignment.objects.filter(claim=claim)
    assert (taken.kind, taken.reviewer, taken.by) == (Assignment.Kind.TAKEN, reviewer, reviewer)


def test_the_claim_of_a_colleague_is_refused_unless_a_lead_decides():
    owner, other = ReviewerFactory(full_name="Robin Owner"), ReviewerFactory()
    claim = claim_under_review(reviewer=owner)
    before = every_row()
    with pytest.raises(RuleViolation, match="assigned to Robin Owner"):
        send(claim, rejection(), user=other)
    assert every_row() == before
    send(claim, rejection(), user=LeadFactory())
    claim.refresh_from_db()
    assert (claim.status, claim.reviewer) == (ClaimStatus.REJECTED, owner)


def test_notes_and_comments_of_staff_do_not_refuse_a_decision():
    claim, reviewer = claim_under_review(), ReviewerFactory()
    seen = newest_event(claim)
    add_comment(claim, text="We look at it.", actor=Actor.reviewer(ReviewerFactory()), now=NOW)
    Note.objects.create(claim=claim, author=ReviewerFactory(), text="Called them.", written_at=NOW)
    send(claim, rejection(), user=reviewer, seen_event=seen)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.REJECTED


def test_a_comment_of_the_partner_since_then_refuses_it():
    claim, reviewer = claim_under_review(), ReviewerFactory()
    seen = newest_event(claim)
    add_comment(claim, text="The date is on page 4.", actor=partner_actor(claim), now=NOW)
    before = every_row()
    with pytest.raises(StaleRecord, match=PARTNER_ADDED[:30]):
        send(claim, rejection(), user=reviewer, seen_event=seen)
    assert every_row() == before


def test_a_newer_version_refuses_it():
    claim, reviewer = claim_under_review(), ReviewerFactory()
    seen = claim.version
    touch(claim)
    before = every_row()
    with pytest.raises(StaleRecord):
        send(claim, rejection(), user=reviewer, version=seen)
    assert every_row() == before


def test_a_product_that_another_partner_holds_refuses_the_whole_approval():
    claim, outcome = of_products(aip=ACCEPTED, intune=ACCEPTED)
    held = claim.lines.get(product__name="INTUNE").product
    holder = ClaimFactory(tenant=claim.tenant, products=[held], status=ClaimStatus.APPROVED, decided_at=NOW)
    open_associations(holder, now=NOW)
    reviewer = ReviewerFactory()
    before = every_row()
    with pytest.raises(RuleViolation) as refused:
        send(claim, outcome, user=reviewer)
    assert refused.value.message == HELD
    assert every_row() == before


def test_the_same_claim_without_the_held_product_is_approved():
    claim, outcome = of_products(aip=ACCEPTED, intune=REFUSED)
    held = claim.lines.get(product__name="INTUNE").product
    holder = ClaimFactory(tenant=claim.tenant, products=[held], status=ClaimStatus.APPROVED, decided_at=NOW)
    open_associations(holder, now=NOW)
    assert send(claim, outcome).status == ClaimStatus.APPROVED


def test_a_claim_whose_review_has_not_started_is_refused_before_anybody_takes_it():
    claim = submitted_claim()
    with pytest.raises(RuleViolation, match="can be rejected"):
        send(claim, rejection())
    assert not Assignment.objects.exists()


def test_a_disputed_claim_is_decided_by_somebody_else():
    claim, first = claim_under_review(tenant=TenantFactory()), ReviewerFactory()
    send(claim, rejection(), user=first)
    claim.refresh_from_db()
    dispute(claim, message="Page 4 shows it.", actor=partner_actor(claim), now=NOW)
    with pytest.raises(RuleViolation, match="You rejected this claim"):
        send(claim, rejection(), user=first)
    assert send(claim, rejection(), user=ReviewerFactory()).status == ClaimStatus.REJECTED
    assert claim.events.filter(action=ClaimAction.REJECT).count() == 2
