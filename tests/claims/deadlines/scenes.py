"""One row for each clock of claims, begun at a moment, with when its deadline is and how to see that it took effect."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from claims.deciding import approve, reject, request_action
from claims.enums import Activity, ClaimAction
from claims.models import ActionRequest, Claim, ClaimDraft, ReasonCode
from customers.enums import SolutionArea
from tests.factories import (
    ClaimFactory,
    MembershipFactory,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    claim_under_review,
    notify_customer,
    reviewer_actor,
)

DAY = timedelta(days=1)


@dataclass
class Scene:
    """``clock`` is the name under which the sweep counts it; ``row`` the claim, or the draft that is none yet.

    ``keeps`` is for how long it is still made up for: the last reminder of a request is not sent once that has lapsed.
    """

    clock: str
    due: datetime
    row: Any
    action: ClaimAction | None = None
    keeps: timedelta = 3 * DAY

    def times_happened(self) -> int:
        """How often history says that it took effect, a reminder of a draft by its mail's row."""
        if self.action is None:
            return int(ClaimDraft.objects.get(pk=self.row.pk).reminded_at is not None)
        return int(self.row.events.filter(action=self.action).count())


def a_request(at: datetime) -> Claim:
    claim = claim_under_review()
    request_action(
        claim, reasons=[ReasonCode.objects.get(code="poe_missing")], message="", actor=reviewer_actor(), now=at
    )
    return claim


def subscribed_claim(at: datetime, *, number: int = 1, **fields: Any) -> Claim:
    """An approved claim for one Dynamics product that is held by ``number`` subscriptions, none of them over."""
    tenant, product = TenantFactory(), ProductFactory()
    bought = SubscriptionFactory.create_batch(number, tenant=tenant, product=product)
    values = {"activities": [Activity.USAGE], "solution_area": SolutionArea.BUSINESS_APPLICATIONS} | fields
    claim = claim_under_review(tenant=tenant, products=[product], subscriptions=bought, **values)
    approve(claim, actor=reviewer_actor(), now=at)
    return claim


def lapse(at: datetime) -> Scene:
    return Scene("lapsed", at + 30 * DAY, a_request(at), ClaimAction.LAPSE)


def first_reminder(at: datetime) -> Scene:
    return Scene("reminded", at + 23 * DAY, a_request(at), ClaimAction.REMIND)


def last_reminder(at: datetime) -> Scene:
    claim = a_request(at)
    ActionRequest.objects.filter(claim=claim).update(reminded_days=7)
    return Scene("reminded", at + 28 * DAY, claim, ClaimAction.REMIND, keeps=DAY)


def window(at: datetime) -> Scene:
    claim = claim_under_review()
    approve(claim, actor=reviewer_actor(), now=at)
    return Scene("windows_closed", at + 7 * DAY, notify_customer(claim, now=at), ClaimAction.CLOSE_WINDOW)


def dispute_period(at: datetime) -> Scene:
    claim = claim_under_review()
    reject(claim, reasons=[ReasonCode.objects.get(code="poe_missing")], message="", actor=reviewer_actor(), now=at)
    return Scene("disputes_closed", at + 30 * DAY, claim, ClaimAction.CLOSE_DISPUTE)


def subscription(at: datetime) -> Scene:
    claim = subscribed_claim(at)
    claim.tenant.subscriptions.update(gone_at=at)
    return Scene("subscriptions_ended", at + DAY, claim, ClaimAction.EXPIRE)


def draft(at: datetime) -> Scene:
    member = MembershipFactory()
    row = ClaimDraft.objects.create(owner=member.user, organization=member.organization, created_at=at, updated_at=at)
    return Scene("drafts_reminded", at + 14 * DAY, row)


def claim_in_editing(at: datetime) -> Scene:
    return Scene("claims_reminded", at + 14 * DAY, ClaimFactory(last_activity_at=at), ClaimAction.REMIND)


SCENES = [lapse, first_reminder, last_reminder, window, dispute_period, subscription, draft, claim_in_editing]
