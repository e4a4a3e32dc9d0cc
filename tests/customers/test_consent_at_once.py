"""A customer who denies at the very moment in which something else happens."""

import re
from functools import partial

import pytest

from claims.deciding import approve
from claims.enums import ClaimAction, ClaimStatus
from claims.models import Claim
from claims.submitting import disassociate
from customers.center.codes import send_code, use_code
from customers.consent import deny, find_link, find_request, restore
from customers.models import ConsentRequest
from notifications.models import OutgoingEmail
from tests.customers.asking import code_of
from tests.factories import NOW, claim_under_review, notify_customer, partner_actor, reviewer_actor
from tests.support.at_once import at_once

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
ROUNDS = 8


def approved_claim():
    claim = claim_under_review()
    approve(claim, actor=reviewer_actor(), now=NOW)
    mail = OutgoingEmail.objects.get(reference=str(claim.pk), sensitive=True)
    return claim, re.search(r"/consent/([\w-]{43})/", mail.text)[1]


def deny_by(token, comment=""):
    consent = find_request(token)
    deny(consent, reasons=["other"], comment=comment, share_comment=False, now=NOW)


def restore_by(token):
    restore(find_request(token), now=NOW, by="teo@contoso.example")


def end_by_partner(claim_id):
    claim = Claim.objects.get(pk=claim_id)
    disassociate(claim, actor=partner_actor(claim), message="We are done.", now=NOW)


def test_several_clicks_deny_once_and_none_is_an_error():
    for _ in range(ROUNDS):
        claim, token = approved_claim()
        outcomes = at_once(*[partial(deny_by, token, f"click {n}") for n in range(5)])
        assert outcomes == ["done"] * 5
        assert claim.events.filter(action=ClaimAction.DENY_CONSENT).count() == 1
        assert ConsentRequest.objects.get(reference=str(claim.pk)).comment.startswith("click")


def test_several_clicks_take_a_denial_back_once_and_none_is_an_error():
    for _ in range(ROUNDS):
        claim, token = approved_claim()
        deny_by(token)
        assert at_once(*[partial(restore_by, token)] * 4) == ["done"] * 4
        assert claim.events.filter(action=ClaimAction.RESTORE_CONSENT).count() == 1


def test_a_denial_and_the_partners_own_end_do_not_block_each_other():
    for _ in range(ROUNDS):
        claim, token = approved_claim()
        outcomes = at_once(partial(deny_by, token), partial(end_by_partner, claim.pk))
        assert outcomes == ["done", "refused"]
        consent = ConsentRequest.objects.get(reference=str(claim.pk))
        denied = Claim.objects.get(pk=claim.pk).status == ClaimStatus.CONSENT_DENIED
        assert (consent.denied_at is not None, consent.withdrawn_at is not None) == (denied, not denied)


def test_denials_and_a_change_of_mind_at_the_same_moment_leave_one_state():
    for _ in range(3):
        claim, token = approved_claim()
        notify_customer(claim)
        deny_by(token)
        outcomes = at_once(
            partial(restore_by, token), partial(deny_by, token, "again"), partial(deny_by, token, "once more")
        )
        assert set(outcomes) <= {"done", "refused"}
        consent = ConsentRequest.objects.get(reference=str(claim.pk))
        claim.refresh_from_db()
        assert (consent.denied_at is not None) == (claim.status == ClaimStatus.CONSENT_DENIED)
        held = claim.associations.filter(ended_at=None).exists()
        assert held == consent.stands
        denials = claim.events.filter(action=ClaimAction.DENY_CONSENT).count()
        assert denials - claim.events.filter(action=ClaimAction.RESTORE_CONSENT).count() == (0 if consent.stands else 1)


def test_a_code_that_is_typed_twice_at_once_opens_once():
    _, token = approved_claim()
    link = find_link(token)
    send_code(link, email=link.sent_to, now=NOW)
    code = code_of(OutgoingEmail.objects.latest("pk"))
    assert at_once(*[partial(use_code, link, typed=code, now=NOW)] * 3) == ["done", "refused", "refused"]
