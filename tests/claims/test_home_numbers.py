"""Numbers at a glance and the latest decisions on Home."""

import html
import re
from datetime import timedelta

import pytest

from claims.consenting import accept_denial
from claims.deciding import approve, reject
from claims.enums import ClaimStatus
from claims.home import figures_of, headline_of, latest_decisions
from claims.models import ReasonCode
from customers.enums import DenialReason
from customers.models import ConsentRequest
from tests.claims.at_home import asked, page, part
from tests.claims.journey import text_of
from tests.factories import (
    NOW,
    ClaimFactory,
    MembershipFactory,
    claim_under_review,
    reviewer_actor,
    submitted_claim,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


class TestLatestDecisions:
    def test_approved_rejected_and_denied_claims_stand_newest_first_with_the_reason(self, client, membership):
        reasons = list(ReasonCode.objects.filter(for_rejection=True, is_active=True)[:2])
        refused = claim_under_review(organization=membership.organization, name="Refused one")
        reject(refused, reasons=reasons, message="", actor=reviewer_actor(), now=NOW)
        won = claim_under_review(organization=membership.organization, name="Won one")
        approve(won, actor=reviewer_actor(), now=NOW + timedelta(hours=1))
        denied = claim_under_review(organization=membership.organization, name="Denied one")
        approve(denied, actor=reviewer_actor(), now=NOW + timedelta(hours=2))
        consent = ConsentRequest.objects.get(reference=str(denied.pk))
        consent.denial_reasons = [DenialReason.UNKNOWN_PARTNER]
        accept_denial(consent, now=NOW + timedelta(hours=3))
        shown = latest_decisions(membership.organization)
        assert [(each.claim.pk, each.status) for each in shown] == [
            (denied.pk, ClaimStatus.CONSENT_DENIED),
            (denied.pk, ClaimStatus.APPROVED),
            (won.pk, ClaimStatus.APPROVED),
            (refused.pk, ClaimStatus.REJECTED),
        ]
        assert shown[0].headline == DenialReason.UNKNOWN_PARTNER.label
        assert shown[3].headline == f"{reasons[0].title.rstrip('.')}, and 1 more"
        told = part(page(client), "decisions-heading")
        assert "Customer consent denied" in told
        assert "November 24, 2026" in told

    def test_at_most_five_are_shown(self, membership):
        for _ in range(6):
            approve(claim_under_review(organization=membership.organization), actor=reviewer_actor(), now=NOW)
        assert len(latest_decisions(membership.organization)) == 5

    def test_a_headline_is_the_first_reason_or_the_message(self):
        assert headline_of({"reasons": [{"title": "No signature."}]}) == "No signature."
        assert headline_of({"message": "Well done."}) == "Well done."
        assert headline_of({}) == ""


class TestFigures:
    def test_the_numbers_lead_to_the_claims_behind_them(self, client, membership):
        organization = membership.organization
        ClaimFactory.create_batch(2, organization=organization)
        submitted_claim(organization=organization)
        claim_under_review(organization=organization)
        asked(membership)
        approve(claim_under_review(organization=organization), actor=reviewer_actor(), now=NOW)
        figures = figures_of(organization)
        assert [(each.label, each.count) for each in figures] == [
            ("Partner action required", 1),
            ("Editing", 2),
            ("With Microsoft", 2),
            ("Approved", 1),
            ("Rejected or ended", 0),
        ]
        content = page(client)
        for figure in figures:
            assert html.escape(figure.address) in content
            ids = set(re.findall(r"ID: (\d+)", text_of(client.get(figure.address).content.decode())))
            assert len(ids) == figure.count, figure.label

    def test_every_status_but_discarded_is_counted_once(self, membership):
        counted = [
            status
            for each in figures_of(membership.organization)
            for status in re.findall(r"status=(\w+)", each.address)
        ]
        assert sorted(counted) == sorted(status.value for status in ClaimStatus if status != ClaimStatus.DISCARDED)
