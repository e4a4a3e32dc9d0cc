"""A contact that was not reached is asked once more: by a reviewer as often as it takes, by the partner a few times."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.contacting import ask_again, correct_contact
from claims.deciding import approve
from claims.enums import ClaimAction
from claims.models import Claim
from customers import consent
from customers.consent.clock import note_not_sent, note_sent, note_undeliverable
from customers.models import ConsentLink, ConsentRequest
from kit.errors import RuleViolation
from notifications.models import OutgoingEmail
from tests.customers.asking import token_of
from tests.factories import (
    NOW,
    LeadFactory,
    ReviewerFactory,
    claim_under_review,
    notify_customer,
    partner_actor,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def claim():
    """A claim whose customer was not reached, a moment ago."""
    claim, now = claim_under_review(), timezone.now()
    approve(claim, actor=reviewer_actor(), now=now)
    bounce(notify_customer(claim, now=now), now=now)
    return fresh(claim)


def bounce(claim, *, now=NOW):
    note_undeliverable(newest_link(claim), reason="552 mailbox full", now=now)


def newest_link(claim):
    return ConsentLink.objects.filter(consent__reference=str(claim.pk)).latest("pk")


def newest_mail():
    return OutgoingEmail.objects.filter(kind="consent.request").latest("pk")


def request_of(claim):
    return ConsentRequest.objects.get(reference=str(claim.pk))


def fresh(claim):
    return Claim.objects.get(pk=claim.pk)


def the_same(claim, **changes):
    values = {"name": claim.customer_contact_name, "email": claim.customer_contact_email, "title": "CIO"}
    return values | changes


class TestReviewer:
    def test_has_the_only_right_contact_asked_again_and_both_links_work(self, client, claim):
        old = token_of(newest_mail())
        reviewer = ReviewerFactory()
        client.force_login(reviewer)
        page, address = (reverse(f"admin:review-{name}", args=[claim.pk]) for name in ("claim", "ask-again"))
        assert address in client.get(page).content.decode()
        assert client.get(address).status_code == 405
        answer = client.post(address, follow=True)
        assert "is being asked again" in answer.content.decode()
        assert address not in answer.content.decode()
        mail = newest_mail()
        assert (mail.to, mail.status, mail.cc) == (
            [claim.customer_contact_email],
            "queued",
            claim.tenant.admin_emails,
        )
        assert token_of(mail) != old
        assert consent.find_request(old) == consent.find_request(token_of(mail)) == request_of(claim)
        assert (fresh(claim).customer_trouble, fresh(claim).opt_out_until) == ("", None)
        event = claim.events.get(action=ClaimAction.ASK_AGAIN)
        assert (event.actor, event.from_status) == (reviewer, "")
        assert request_of(claim).events.latest("pk").step == "asked_again"
        now = timezone.now()
        note_sent(newest_link(claim), now=now)
        assert fresh(claim).opt_out_until == request_of(claim).opt_out_until == now + 7 * DAY
        again = client.post(address)
        assert (again.status_code, OutgoingEmail.objects.filter(kind="consent.request").count()) == (409, 2)
        assert "only while an approved association" in again.content.decode()

    def test_asks_whom_the_first_contact_named_when_that_one_was_not_reached(self):
        claim = claim_under_review()
        approve(claim, actor=reviewer_actor(), now=NOW)
        notify_customer(claim)
        una = f"una@{claim.customer_domain}"
        consent.hand_over(request_of(claim), name="Una", email=una, by="", now=NOW + HOUR)
        bounce(claim, now=NOW + 2 * HOUR)
        ask_again(claim, actor=reviewer_actor(), now=NOW + 3 * HOUR)
        assert (newest_mail().to, request_of(claim).customer_name) == ([una], "Una")
        assert claim.customer_contact_email != una

    def test_asks_again_after_trouble_of_the_portals_own(self):
        claim = claim_under_review()
        approve(claim, actor=reviewer_actor(), now=NOW)
        note_not_sent(newest_link(claim), now=NOW + HOUR)
        ask_again(claim, actor=reviewer_actor(), now=NOW + 2 * HOUR)
        assert newest_mail().to == [claim.customer_contact_email]
        assert OutgoingEmail.objects.filter(kind="consent.request", status="queued").count() == 1

    def test_finds_the_way_from_the_message_that_came_back(self, client, claim):
        mail = newest_mail()
        OutgoingEmail.objects.filter(pk=mail.pk).update(
            status="bounced", sent_at=timezone.now(), bounced_at=timezone.now()
        )
        client.force_login(LeadFactory())
        way = reverse("admin:review-claim", args=[claim.pk])
        address = reverse("admin:notifications_outgoingemail_change", args=[mail.pk])
        assert f'<a href="{way}">«Ask this contact again» on the claim' in client.get(address).content.decode()
        ask_again(claim, actor=reviewer_actor(), now=timezone.now())
        assert f'<a href="{way}">«Ask' not in client.get(address).content.decode()


class TestPartner:
    def test_leaves_a_right_address_as_it_is_in_the_dialog(self, client, claim):
        client.force_login(claim.created_by)
        address = reverse("claim-contact", args=[claim.pk])
        assert "Microsoft then asks the same contact again" in client.get(address).content.decode()
        typed = {f"customer_{name}": value for name, value in the_same(claim, name="Jo Jones").items()}
        assert client.post(address, typed).status_code == 302
        assert newest_mail().to == [claim.customer_contact_email]
        event = claim.events.get(action=ClaimAction.ASK_AGAIN)
        assert [change["new"] for change in event.data["changes"]] == ["Jo Jones", "CIO"]
        page = client.get(reverse("claim-history", args=[claim.pk])).content.decode()
        assert "had the customer contact notified once more" in page

    def test_does_so_until_three_messages_went_to_the_address(self, client, claim):
        for _ in range(2):
            correct_contact(claim, **the_same(claim), actor=partner_actor(claim), now=NOW)
            bounce(claim)
        with pytest.raises(RuleViolation, match="wrote to this address 3 times already"):
            correct_contact(claim, **the_same(claim), actor=partner_actor(claim), now=NOW)
        client.force_login(claim.created_by)
        typed = {f"customer_{name}": value for name, value in the_same(claim).items()}
        refused = client.post(reverse("claim-contact", args=[claim.pk]), typed)
        assert refused.status_code == 422
        assert "wrote to this address 3 times already" in refused.content.decode()
        other = the_same(claim, email="una@customer.example")
        correct_contact(claim, **other, actor=partner_actor(claim), now=NOW)  # and no way around by another in between
        bounce(claim)
        with pytest.raises(RuleViolation, match="3 times already"):
            correct_contact(claim, **the_same(claim), actor=partner_actor(claim), now=NOW)
        ask_again(claim, actor=reviewer_actor(), now=NOW)
        assert newest_mail().to == ["una@customer.example"]

    def test_does_not_have_the_wrong_person_asked_again(self):
        claim = claim_under_review()
        approve(claim, actor=reviewer_actor(), now=NOW)
        consent.report_wrong_person(request_of(notify_customer(claim)), by="", now=NOW + HOUR)
        with pytest.raises(RuleViolation, match="told Microsoft not to be the right one"):
            correct_contact(fresh(claim), **the_same(claim), actor=partner_actor(claim), now=NOW + 2 * HOUR)
