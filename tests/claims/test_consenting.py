"""What the customer's answers, and the message to it, do to the claim: through the customer's own rules."""

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.contacting import correct_contact
from claims.deadlines import sweep
from claims.enums import ClaimAction, ClaimStatus
from claims.flags import flags_on
from customers import consent
from customers.consent.clock import note_delivered, note_sent, note_undeliverable
from kit.errors import RuleViolation
from notifications.models import Notice, OutgoingEmail
from tests.claims.consented import (
    DAY,
    HOUR,
    MINUTE,
    REFUSAL,
    SECOND,
    approved_for_two_workloads,
    fresh,
    newest_link,
    request_of,
    steps,
)
from tests.factories import (
    NOW,
    LeadFactory,
    notify_customer,
    partner_actor,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    return approved_for_two_workloads()


class TestWindow:
    def test_it_begins_when_the_message_has_left_and_not_with_the_approval(self, claim):
        assert (claim.opt_out_until, sweep(now=NOW + 30 * DAY)["windows_closed"]) == (None, 0)
        note_sent(newest_link(claim), now=NOW + HOUR)
        note_sent(newest_link(claim), now=NOW + 5 * DAY)  # told twice
        ends = NOW + HOUR + 7 * DAY
        assert (fresh(claim).opt_out_until, request_of(claim).opt_out_until) == (ends, ends)
        assert claim.events.filter(action=ClaimAction.START_WINDOW).count() == 1
        assert steps(claim) == ["asked", "sent"]

    def test_it_counts_from_the_arrival_where_that_is_reported_and_never_becomes_shorter(self, claim):
        link = newest_link(notify_customer(claim))
        note_delivered(link, at=NOW + 2 * HOUR, now=NOW + 3 * HOUR)
        note_delivered(link, at=NOW + 9 * HOUR, now=NOW + 9 * HOUR)
        assert fresh(claim).opt_out_until == request_of(claim).opt_out_until == NOW + 2 * HOUR + 7 * DAY
        assert claim.events.filter(action=ClaimAction.START_WINDOW).count() == 1

    def test_an_arrival_reported_after_the_window_has_closed_changes_nothing(self, claim):
        link = newest_link(notify_customer(claim))
        assert sweep(now=NOW + 7 * DAY)["windows_closed"] == 1
        note_delivered(link, at=NOW + 6 * DAY, now=NOW + 8 * DAY)
        assert (fresh(claim).in_effect_at, fresh(claim).opt_out_until) == (NOW + 7 * DAY, NOW + 7 * DAY)


class TestNotReached:
    def test_the_days_stop_and_partner_and_reviewer_are_told(self, claim):
        note_undeliverable(newest_link(notify_customer(claim)), reason="550 No such user", now=NOW + DAY)
        claim = fresh(claim)
        assert (claim.opt_out_until, claim.customer_trouble, claim.customer_trouble_at) == (
            None,
            "undeliverable",
            NOW + DAY,
        )
        assert sweep(now=NOW + 60 * DAY)["windows_closed"] == 0
        assert [flag.code for flag in flags_on(claim)] == ["not_reached"]
        letters = OutgoingEmail.objects.filter(kind="claim.miss_customer")
        assert {address for mail in letters for address in mail.to} == {
            claim.created_by.email,
            claim.partner_contact_email,
        }
        assert "550 No such user" in letters[0].text
        approver = claim.events.get(action=ClaimAction.APPROVE).actor
        notice = Notice.objects.get(kind="review.not_reached")
        assert notice.user == approver
        assert notice.url == reverse("admin:review-claim", args=[claim.pk])

    def test_a_late_bounce_leaves_an_association_in_effect_and_still_asks_for_a_contact(self, claim):
        link = newest_link(notify_customer(claim))
        sweep(now=NOW + 7 * DAY)
        note_undeliverable(link, reason="late", now=NOW + 8 * DAY)
        assert (fresh(claim).in_effect_at, fresh(claim).customer_trouble) == (NOW + 7 * DAY, "undeliverable")
        assert fresh(claim).opt_out_until == NOW + 7 * DAY

    def test_a_corrected_contact_is_asked_and_the_days_begin_anew(self, claim):
        old = newest_link(notify_customer(claim))
        note_undeliverable(old, reason="550", now=NOW + DAY)
        values = {"name": "Ana Right", "email": "ana@customer.example", "title": "CIO"}
        correct_contact(claim, **values, actor=partner_actor(claim), now=NOW + 2 * DAY)
        mail = OutgoingEmail.objects.filter(kind="consent.request").latest("pk")
        assert (mail.to, mail.cc, mail.status) == (["ana@customer.example"], claim.tenant.admin_emails, "queued")
        assert newest_link(claim) != old
        assert old.revoked_at is None  # nobody's denial is lost
        note_undeliverable(old, reason="550 again", now=NOW + 2 * DAY)  # a late report about the first message
        note_sent(newest_link(claim), now=NOW + 3 * DAY)
        claim = fresh(claim)
        assert (claim.customer_trouble, claim.opt_out_until) == ("", NOW + 10 * DAY)
        assert claim.customer_contact_email == "ana@customer.example"
        assert flags_on(claim) == []
        with pytest.raises(RuleViolation, match="only while"):
            correct_contact(claim, **values, actor=partner_actor(claim), now=NOW)

    def test_the_same_message_sent_again_begins_the_days_and_ends_the_flag(self, claim):
        link = newest_link(notify_customer(claim))
        note_undeliverable(link, reason="550 Mailbox full", now=NOW + DAY)
        note_sent(link, now=NOW + 2 * DAY)
        ends = NOW + 9 * DAY
        assert (fresh(claim).opt_out_until, request_of(claim).opt_out_until) == (ends, ends)
        assert (fresh(claim).customer_trouble, request_of(claim).undeliverable_at) == ("", None)
        assert steps(claim) == ["asked", "sent", "undeliverable", "sent"]
        note_undeliverable(link, reason="550 Mailbox full", now=NOW + 3 * DAY)
        assert (fresh(claim).customer_trouble, fresh(claim).opt_out_until) == ("undeliverable", None)

    def test_sent_again_after_the_days_it_ends_the_flag_and_begins_none(self, claim):
        link = newest_link(notify_customer(claim))
        sweep(now=NOW + 7 * DAY)
        note_undeliverable(link, reason="late", now=NOW + 8 * DAY)
        note_sent(link, now=NOW + 9 * DAY)
        assert (fresh(claim).customer_trouble, request_of(claim).sent_at) == ("", NOW + 9 * DAY)
        assert (fresh(claim).opt_out_until, fresh(claim).in_effect_at) == (NOW + 7 * DAY, NOW + 7 * DAY)

    def test_a_sending_told_after_the_reader_said_to_be_the_wrong_person_begins_nothing(self, claim):
        consent.report_wrong_person(request_of(claim), by="", now=NOW + HOUR)
        note_sent(newest_link(claim), now=NOW)
        assert (fresh(claim).customer_trouble, fresh(claim).opt_out_until) == ("wrong_person", None)
        assert request_of(claim).sent_at == NOW

    def test_the_partner_corrects_it_on_the_claims_page(self, client, claim):
        client.force_login(claim.created_by)
        address = reverse("claim-contact", args=[claim.pk])
        page = claim.get_absolute_url()
        assert address not in client.get(page).content.decode()
        assert client.get(address).status_code == 409
        note_undeliverable(newest_link(notify_customer(claim, now=timezone.now())), reason="550", now=timezone.now())
        assert address in client.get(page).content.decode()
        typed = {"customer_name": "<b>Ana", "customer_email": "nonsense", "customer_title": "CIO"}
        refused = client.post(address, typed)
        assert refused.status_code == 422
        assert "&lt;b&gt;Ana" in refused.content.decode()
        assert "Enter an e-mail address such as" in refused.content.decode()
        own = client.post(address, typed | {"customer_email": f"x@{claim.partner_contact_email.split('@')[1]}"})
        assert "must not belong to your own company" in own.content.decode()
        assert client.post(address, typed | {"customer_email": "ana@customer.example"}).status_code == 302
        assert fresh(claim).customer_contact_email == "ana@customer.example"
        assert address not in client.get(page).content.decode()


def bounced(claim, *, at):
    note_undeliverable(newest_link(claim), reason="550", now=at)


def said_to_be_wrong(claim, *, at):
    consent.report_wrong_person(request_of(claim), by="", now=at)


def handed_over(claim, *, at):
    una = f"una@{claim.customer_domain}"
    consent.hand_over(request_of(claim), name="Una", email=una, by="", now=at)


class TestAfterTheEndAndBeforeTheSweep:
    """Days that have passed stay passed, for claim and request alike, whatever is learned before the sweep comes."""

    @pytest.fixture
    def end(self, claim):
        return notify_customer(claim).opt_out_until

    @pytest.mark.parametrize("happens", [bounced, said_to_be_wrong, handed_over])
    def test_the_days_have_passed_and_the_association_takes_effect(self, claim, end, happens):
        happens(claim, at=end + 2 * MINUTE)
        assert fresh(claim).opt_out_until == request_of(claim).opt_out_until == end
        if fresh(claim).customer_trouble:
            values = {"name": "Ana Right", "email": "ana@customer.example", "title": "CIO"}
            correct_contact(fresh(claim), **values, actor=partner_actor(claim), now=end + 3 * MINUTE)
        assert fresh(claim).opt_out_until == request_of(claim).opt_out_until == end
        note_sent(newest_link(claim), now=end + 3 * MINUTE)
        assert (fresh(claim).opt_out_until, fresh(claim).in_effect_at) == (end, None)
        assert sweep(now=end + 4 * MINUTE)["windows_closed"] == 1
        assert fresh(claim).in_effect_at == end + 4 * MINUTE
        assert claim.events.filter(action=ClaimAction.START_WINDOW).count() == 1

    @pytest.mark.parametrize("happens", [bounced, said_to_be_wrong, handed_over])
    def test_a_second_before_the_end_they_stop_and_begin_anew(self, claim, end, happens):
        happens(claim, at=end - SECOND)
        assert fresh(claim).opt_out_until is request_of(claim).opt_out_until is None
        assert sweep(now=end + DAY)["windows_closed"] == 0

    def test_a_message_that_leaves_after_the_days_have_passed_still_ends_the_trouble(self, claim, end):
        sweep(now=end)
        bounced(claim, at=end + HOUR)
        values = {"name": "Ana Right", "email": "ana@customer.example", "title": "CIO"}
        correct_contact(fresh(claim), **values, actor=partner_actor(claim), now=end + 2 * HOUR)
        bounced(claim, at=end + 3 * HOUR)  # the server refused it, and took it when staff sent it again
        note_sent(newest_link(claim), now=end + 4 * HOUR)
        assert (fresh(claim).customer_trouble, fresh(claim).in_effect_at) == ("", end)


def test_consent_in_so_many_words_is_noted_once_and_a_denial_stays_possible(claim):
    notify_customer(claim)
    for _ in range(2):
        consent.confirm(request_of(claim), now=NOW + DAY, by="joseph@customer.example")
    assert claim.events.filter(action=ClaimAction.GIVE_CONSENT).count() == 1
    consent.deny(request_of(claim), now=NOW + 2 * DAY, **REFUSAL)
    assert fresh(claim).status == ClaimStatus.CONSENT_DENIED
    assert request_of(claim).consented_at is None


def test_leads_are_told_when_the_reviewer_who_approved_decides_no_longer(claim):
    lead = LeadFactory()
    claim.events.get(action=ClaimAction.APPROVE).actor.groups.clear()
    note_undeliverable(newest_link(claim), reason="550", now=NOW)
    assert Notice.objects.get(kind="review.not_reached").user == lead
