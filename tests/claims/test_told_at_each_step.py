"""Each step of a claim's life is told in the portal, and by mail to creator and contact where it matters."""

from datetime import timedelta

import pytest

from claims.consenting import accept_denial
from claims.deadlines import sweep
from claims.deciding import approve, reject, request_action, start_review
from claims.enums import ClaimStatus
from claims.models import ReasonCode
from claims.submitting import disassociate, dispute, submit
from customers.models import ConsentRequest
from notifications.models import Notice, OutgoingEmail
from tests.answers import answer_everything
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    claim_under_review,
    notify_customer,
    partner_actor,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SILENT = {"claim.start_review", "claim.close_window"}  # nothing is asked of anybody


def told(claim):
    """The kinds of notices in order, with the addresses that were written to for each."""
    notices = Notice.objects.filter(reference=str(claim.pk), user=claim.created_by).order_by("pk")
    mails = OutgoingEmail.objects.filter(reference=str(claim.pk), kind__startswith="claim.").order_by("pk")
    kinds = [notice.kind for notice in notices]
    both = sorted([claim.created_by.email, claim.partner_contact_email])
    for kind in set(kinds):
        letters = [mail for mail in mails if mail.kind == kind]
        expected = [] if kind in SILENT else both * kinds.count(kind)
        assert sorted(address for mail in letters for address in [*mail.to, *mail.cc]) == sorted(expected), kind
    assert {mail.kind for mail in mails} <= set(kinds)
    return kinds


def reasons():
    return list(ReasonCode.objects.filter(code="poe_missing"))


def test_from_submission_over_a_dispute_to_the_customers_denial():
    claim = ClaimFactory()
    DocumentFactory(claim=claim)
    partner, first, second = partner_actor(claim), reviewer_actor(), reviewer_actor()
    submit(claim, actor=partner, now=NOW)
    start_review(claim, actor=first, now=NOW)
    request_action(claim, reasons=reasons(), message="", actor=first, now=NOW)
    assert sweep(now=NOW + 23 * DAY)["reminded"] == 1
    claim.refresh_from_db()
    answer_everything(claim, now=NOW + 24 * DAY)
    submit(claim, actor=partner, now=NOW + 24 * DAY)
    reject(claim, reasons=reasons(), message="", actor=first, now=NOW + 25 * DAY)
    dispute(claim, actor=partner, message="Look at page 3.", now=NOW + 26 * DAY)
    approve(claim, actor=second, now=NOW + 27 * DAY)
    notify_customer(claim, now=NOW + 27 * DAY)
    assert sweep(now=NOW + 34 * DAY)["windows_closed"] == 1
    consent = ConsentRequest.objects.get(reference=str(claim.pk))
    consent.denial_reasons = ["unknown_partner"]
    accept_denial(consent, now=NOW + 60 * DAY)
    assert told(claim) == [
        "claim.submit", "claim.start_review", "claim.request_action", "claim.remind", "claim.resubmit", "claim.reject",
        "claim.dispute", "claim.approve", "claim.close_window", "claim.deny_consent",
    ]  # fmt: skip


def test_a_lapse_and_the_partners_own_end_are_told_too():
    lapsed, ended = claim_under_review(), claim_under_review()
    request_action(lapsed, reasons=reasons(), message="", actor=reviewer_actor(), now=NOW)
    sweep(now=NOW + 30 * DAY)
    lapsed.refresh_from_db()
    assert lapsed.status == ClaimStatus.REJECTED
    assert told(lapsed) == ["claim.request_action", "claim.lapse"]
    approve(ended, actor=reviewer_actor(), now=NOW)
    disassociate(ended, actor=partner_actor(ended), message="The project is over.", now=NOW + DAY)
    assert told(ended) == ["claim.approve", "claim.disassociate"]
