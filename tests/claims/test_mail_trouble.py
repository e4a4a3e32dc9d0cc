"""A message that failed by trouble of the portal's own is no fault of the customer's address: the desk learns it, the partner does not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from claims.contacting import refusal_to_correct
from claims.deadlines import sweep
from claims.deciding import approve
from claims.enums import ClaimAction
from claims.flags import flags_on
from claims.history import tell_partner
from claims.models import Claim
from claims.next_step import next_step_of
from claims.queries import events_of
from customers.models import ConsentRequest
from notifications.applying import note_fate
from notifications.fates import Fate
from notifications.models import Notice, OutgoingEmail
from notifications.telling import tell_fates_of
from tests.factories import NOW, ReviewerFactory, claim_under_review, reviewer_actor

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PARKED = "Parked: the sender stopped 5 times"
REFUSED = "The message was refused by the mail server. It said: 550 no such user"


@pytest.fixture
def claim():
    claim = claim_under_review()
    approve(claim, actor=reviewer_actor(), now=NOW)
    return claim


def happens(fate, *, reason="", about_recipient=False, at=NOW):
    """Something becomes of the newest message to the customer, and is told."""
    mail = OutgoingEmail.objects.filter(kind="consent.request").latest("pk")
    note_fate(mail, fate, at=at, reason=reason, about_recipient=about_recipient)
    assert tell_fates_of([mail.pk], now=at) == 1
    OutgoingEmail.objects.filter(pk=mail.pk).update(sending=mail.sending + 1)  # the next is of another sending


def fresh(claim):
    return Claim.objects.get(pk=claim.pk)


def test_the_desk_is_told_and_the_partner_neither_asked_nor_told_why(client, claim):
    happens(Fate.FAILED, reason=PARKED)
    claim = fresh(claim)
    assert (claim.customer_trouble, claim.opt_out_until) == ("not_sent", None)
    assert ConsentRequest.objects.get(reference=str(claim.pk)).undeliverable_at is None
    (flag,) = flags_on(claim)
    assert "The log of mail says why" in flag.reviewer_text
    assert "You do not need to do anything" in flag.partner_text
    assert "not because of the contact" in Notice.objects.get(kind="review.not_reached").body
    assert not OutgoingEmail.objects.filter(kind="claim.miss_customer").exists()
    assert not Notice.objects.filter(user=claim.created_by, body__contains="Parked").exists()
    assert "only while" in refusal_to_correct(claim)
    assert next_step_of(claim, now=NOW).text == "Microsoft is notifying the customer."
    told = [row.sentence for row in tell_partner(events_of(claim))]
    assert any("could not send the message to the customer yet" in sentence for sentence in told)
    client.force_login(claim.created_by)
    for address in (claim.get_absolute_url(), reverse("claim-history", args=[claim.pk])):
        page = client.get(address).content.decode()
        assert "Parked" not in page
        assert reverse("claim-contact", args=[claim.pk]) not in page
    client.force_login(ReviewerFactory())
    assert "not because of the contact" in client.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()
    assert sweep(now=NOW + timedelta(days=60))["windows_closed"] == 0


def test_once_staff_have_sent_it_again_the_flag_is_gone_and_the_days_begin(claim):
    happens(Fate.FAILED, reason=PARKED)
    happens(Fate.SENT, at=NOW + HOUR)
    assert (fresh(claim).customer_trouble, fresh(claim).opt_out_until) == ("", NOW + HOUR + timedelta(days=7))
    assert flags_on(fresh(claim)) == []


@pytest.mark.parametrize("fate", [Fate.FAILED, Fate.BOUNCED])
def test_what_was_refused_for_its_recipient_asks_the_partner(claim, fate):
    happens(Fate.FAILED, reason=PARKED)
    happens(fate, reason=REFUSED, about_recipient=True)
    assert fresh(claim).customer_trouble == "undeliverable"
    assert REFUSED in OutgoingEmail.objects.filter(kind="claim.miss_customer").first().text
    happens(Fate.FAILED, reason=PARKED)  # a wrong address stays wrong
    assert fresh(claim).customer_trouble == "undeliverable"
    assert claim.events.filter(action=ClaimAction.DELAY_MESSAGE).count() == 1
