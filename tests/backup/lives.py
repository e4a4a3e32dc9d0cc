"""Claims that came where they stand by the rules, one of every status, with history, documents, questions and mail."""

from datetime import datetime

from claims.actors import Actor
from claims.deciding import approve, reject, request_action, start_review
from claims.enums import Activity, ClaimAction, ClaimStatus
from claims.history import record_event
from claims.models import Claim, ReasonCode
from claims.submitting import disassociate, discard, dispute, submit
from customers.consent import deny
from customers.enums import SolutionArea
from customers.models import ConsentRequest
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    partner_actor,
    put_on_tenant,
    reviewer_actor,
)

S = ClaimStatus


def one_of_every_status():
    """The claims by status; «revenue» and «subscription» are approved ones of these kinds."""
    lives = {
        S.EDITING: _editing(),
        S.DISCARDED: _editing(),
        **{status: under_review() for status in ClaimStatus if status not in {S.EDITING, S.DISCARDED, S.SUBMITTED}},
        S.SUBMITTED: _submit(_editing()),
        "revenue": under_review(**_dynamics([Activity.REVENUE])),
        "subscription": under_review(**_dynamics([Activity.USAGE])),
    }
    discard(lives[S.DISCARDED], actor=partner_actor(lives[S.DISCARDED]), now=NOW)
    reviewer = reviewer_actor()
    reasons = [ReasonCode.objects.get(code="poe_missing")]
    request_action(lives[S.ACTION_REQUIRED], reasons=reasons, message="", actor=reviewer, now=NOW)
    for name in (S.REJECTED, S.DISPUTED):
        reject(lives[name], reasons=reasons, message="", actor=reviewer, now=NOW)
    for name in (S.APPROVED, S.CONSENT_DENIED, S.ENDED, "revenue", "subscription"):
        approve(lives[name], actor=reviewer, now=NOW)
    dispute(lives[S.DISPUTED], actor=partner_actor(lives[S.DISPUTED]), message="It is there.", now=NOW)
    question = ConsentRequest.objects.get(reference=str(lives[S.CONSENT_DENIED].pk))
    deny(question, reasons=["other"], comment="", share_comment=False, now=NOW)
    disassociate(lives[S.ENDED], actor=partner_actor(lives[S.ENDED]), message="Sold.", now=NOW)
    for name, claim in lives.items():
        claim.refresh_from_db()
        assert claim.status == (name if name in ClaimStatus.values else S.APPROVED), name
    return lives


def _editing(*, now: datetime = NOW, **fields) -> Claim:
    claim = ClaimFactory(**fields)
    record_event(claim, ClaimAction.CREATE, actor=partner_actor(claim), now=now, to_status=claim.status)
    if not claim.is_revenue:
        DocumentFactory(claim=claim)
    return claim


def _submit(claim: Claim, *, now: datetime = NOW) -> Claim:
    submit(claim, actor=partner_actor(claim), now=now)
    return claim


def under_review(*, reviewer: Actor | None = None, now: datetime = NOW, **fields) -> Claim:
    """A claim that was created, submitted and taken by the rules."""
    claim = _submit(_editing(now=now, **fields), now=now)
    start_review(claim, actor=reviewer or reviewer_actor(), now=now)
    return claim


def _dynamics(activities) -> dict[str, object]:
    product, tenant = ProductFactory(), TenantFactory()
    put_on_tenant(product, tenant)
    subscription = SubscriptionFactory(tenant=tenant, product=product)
    return {
        "solution_area": SolutionArea.BUSINESS_APPLICATIONS,
        "activities": activities,
        "tenant": tenant,
        "products": [product],
        "subscriptions": [subscription],
    }
