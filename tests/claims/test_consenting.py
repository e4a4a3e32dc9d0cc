"""What the customer's answers, and the message to it, do to the claim: through the customer's own rules."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from claims.contacting import correct_contact
from claims.deadlines import sweep
from claims.deciding import approve
from claims.enums import ClaimAction, ClaimStatus
from claims.findings import Finding
from claims.flags import flags_on
from claims.models import Association, Claim, ReasonCode
from cpor_portal.invariants.checking import QUERIES, offenders
from customers import consent
from customers.consent.clock import note_delivered, note_sent, note_undeliverable
from customers.models import ConsentLink, ConsentRequest
from kit.errors import RuleViolation
from notifications.models import Notice, OutgoingEmail
from notifications.reports import mark_bounced
from tests.customers.asking import token_of
from tests.factories import (
    NOW,
    LeadFactory,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    notify_customer,
    partner_actor,
    reviewer_actor,
)  # fmt: skip

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
CUSTOMERS_ARE_ASKED = next(each for each in QUERIES if each.name == "customers_are_being_asked")
REFUSAL = {"reasons": ["no_sharing"], "comment": "", "share_comment": False}


@pytest.fixture
def claim():
    claim = claim_under_review(products=WorkloadFactory.create_batch(2))
    approve(claim, actor=reviewer_actor(), now=NOW)
    return claim


def approved_on_subscriptions(count, **tenant):
    """A Business Applications claim that was approved for so many subscriptions of one product, and these."""
    tenant, product = TenantFactory(**tenant), ProductFactory()
    subscriptions = SubscriptionFactory.create_batch(count, tenant=tenant, product=product)
    claim = claim_under_review(
        tenant=tenant, solution_area="business_applications", activities=["usage"], products=[product],
        subscriptions=subscriptions,
    )  # fmt: skip
    approve(claim, actor=reviewer_actor(), now=NOW)
    return claim, subscriptions


def request_of(claim):
    return ConsentRequest.objects.get(reference=str(claim.pk))


def newest_link(claim):
    return ConsentLink.objects.filter(consent__reference=str(claim.pk)).latest("pk")


def fresh(claim):
    return Claim.objects.get(pk=claim.pk)


def held(claim):
    return set(Association.objects.filter(claim=claim, ended_at=None).values_list("product_id", flat=True))


def mails_to_customer():
    return OutgoingEmail.objects.filter(kind="consent.request")


def steps(claim):
    return list(request_of(claim).events.values_list("step", flat=True))


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


class TestParts:
    def test_one_workload_is_denied_and_the_rest_stays(self, claim):
        notify_customer(claim)
        gone, kept = claim.lines.order_by("pk")
        answer = REFUSAL | {"comment": "Wrong scope.", "share_comment": True}
        consent.deny_items(request_of(claim), keys=[f"product:{gone.product_id}"], now=NOW + DAY, **answer)
        claim = fresh(claim)
        assert (claim.status, held(claim)) == (ClaimStatus.APPROVED, {kept.product_id})
        told = claim.events.get(action=ClaimAction.DENY_PART).data
        assert told["shared_comment"] == "Wrong scope."
        assert gone.product.label in told["lost"][0]
        rival = claim_under_review(tenant=claim.tenant, products=[gone.product])
        approve(rival, actor=reviewer_actor(), now=NOW + 2 * DAY)
        assert request_of(claim).items.get(end="denied").key == f"product:{gone.product_id}"
        consent.deny_items(request_of(claim), keys=[f"product:{kept.product_id}"], now=NOW + 3 * DAY, **REFUSAL)
        assert (fresh(claim).status, held(claim)) == (ClaimStatus.CONSENT_DENIED, set())

    def test_one_of_two_subscriptions_is_denied(self):
        claim, both = approved_on_subscriptions(2)
        consent.deny_items(request_of(claim), keys=[f"subscription:{both[0].pk}"], now=NOW + DAY, **REFUSAL)
        running = Association.objects.get(claim=claim, ended_at=None)
        assert (running.subscription, fresh(claim).status) == (both[1], ClaimStatus.APPROVED)

    def test_a_country_is_named_in_the_language_of_whoever_reads_it(self, client):
        claim, both = approved_on_subscriptions(2, country="DE")
        mail = OutgoingEmail.objects.get(kind="consent.request")
        assert f"{both[0].shown_id}, Deutschland]" in mail.text
        page = client.get(f"/consent/{token_of(mail)}/?language=fr").content.decode()
        assert f"{both[0].shown_id}, Allemagne" in page
        with override("de"):
            consent.deny_items(request_of(claim), keys=[f"subscription:{both[0].pk}"], now=NOW + DAY, **REFUSAL)
        [lost] = claim.events.get(action=ClaimAction.DENY_PART).data["lost"]
        assert lost.endswith(f"{both[0].shown_id}, Germany")

    @pytest.mark.parametrize("keys", [[], ["product:0"], ["nonsense"], [""]])
    def test_what_is_not_part_of_it_is_refused(self, claim, keys):
        with pytest.raises(RuleViolation, match="Choose one or more"):
            consent.deny_items(request_of(claim), keys=keys, now=NOW, **REFUSAL)
        assert len(held(claim)) == 2


class TestChangeOfMind:
    def test_within_the_days_a_denial_is_taken_back(self, claim):
        notify_customer(claim)
        before = held(claim)
        consent.deny(request_of(claim), now=NOW + DAY, **REFUSAL)
        consent.restore(request_of(claim), now=NOW + 7 * DAY - timedelta(seconds=1), by="joseph@customer.example")
        claim = fresh(claim)
        assert (claim.status, held(claim), claim.opt_out_until) == (ClaimStatus.APPROVED, before, NOW + 7 * DAY)
        assert (request_of(claim).denied_at, request_of(claim).denial_reasons) == (None, [])
        assert steps(claim) == ["asked", "sent", "denied", "restored"]
        assert sweep(now=NOW + 7 * DAY)["windows_closed"] == 1

    def test_the_message_that_a_denial_kept_back_is_written_anew(self, claim):
        """The old contact's link works on: it denies before the message to the corrected one has left."""
        note_undeliverable(newest_link(notify_customer(claim)), reason="550", now=NOW + HOUR)
        values = {"name": "Ana Right", "email": "ana@customer.example", "title": "CIO"}
        correct_contact(fresh(claim), **values, actor=partner_actor(claim), now=NOW + 2 * HOUR)
        consent.deny(request_of(claim), now=NOW + 3 * HOUR, **REFUSAL)
        assert not mails_to_customer().exclude(status="withheld").exists()
        consent.restore(request_of(claim), now=NOW + DAY, by="")
        assert offenders(CUSTOMERS_ARE_ASKED) == []
        mail = mails_to_customer().get(status="queued")
        assert mail.to == ["ana@customer.example"]
        assert mail.dedupe_key == f"consent:{newest_link(claim).token_digest}"
        note_sent(newest_link(claim), now=NOW + 2 * DAY)
        assert fresh(claim).opt_out_until == request_of(claim).opt_out_until == NOW + 9 * DAY

    def test_days_that_could_not_begin_during_a_denial_begin_when_it_is_taken_back(self, claim):
        consent.deny(request_of(claim), now=NOW + HOUR, **REFUSAL)
        mails_to_customer().update(status="sent", sent_at=NOW + HOUR)  # it was on its way already
        note_sent(newest_link(claim), now=NOW + HOUR)
        assert request_of(claim).sent_at is None
        consent.restore(request_of(claim), now=NOW + DAY, by="")
        assert fresh(claim).opt_out_until == request_of(claim).opt_out_until == NOW + 8 * DAY
        assert mails_to_customer().count() == 1

    def test_a_bounce_during_a_denial_is_followed_when_it_is_taken_back(self, claim):
        notify_customer(claim)
        mail = mails_to_customer().get()
        mails_to_customer().update(status="sent", sent_at=NOW)
        consent.deny(request_of(claim), now=NOW + HOUR, **REFUSAL)
        mark_bounced(mail, now=NOW + 2 * HOUR)
        consent.restore(request_of(claim), now=NOW + DAY, by="")
        assert (fresh(claim).customer_trouble, fresh(claim).opt_out_until) == ("undeliverable", None)
        assert mails_to_customer().count() == 1

    def test_a_message_sent_again_during_a_denial_is_followed_when_it_is_taken_back(self, claim):
        note_undeliverable(newest_link(notify_customer(claim)), reason="550", now=NOW + HOUR)
        consent.deny(request_of(claim), now=NOW + 2 * HOUR, **REFUSAL)
        mails_to_customer().update(status="sent", sent_at=NOW + 3 * HOUR)  # staff chose «Send again» before
        consent.restore(request_of(claim), now=NOW + DAY, by="")
        assert (fresh(claim).customer_trouble, fresh(claim).opt_out_until) == ("", NOW + 8 * DAY)
        assert mails_to_customer().count() == 1

    def test_a_product_that_was_not_approved_stays_free(self):
        products = WorkloadFactory.create_batch(2)
        claim = claim_under_review(products=products)
        reason = ReasonCode.objects.get(code="product_missing")
        approve(claim, actor=reviewer_actor(), now=NOW, refused=[Finding(reason, product=products[1])])
        rival = claim_under_review(tenant=claim.tenant, products=[products[1]])
        approve(rival, actor=reviewer_actor(), now=NOW)
        consent.deny(request_of(claim), now=NOW + DAY, **REFUSAL)
        consent.restore(request_of(claim), now=NOW + 2 * DAY, by="")
        assert held(claim) == {products[0].pk}
        assert dict(claim.lines.values_list("product_id", "live")) == {products[0].pk: True, products[1].pk: False}

    def test_after_the_days_it_is_too_late(self, claim):
        notify_customer(claim)
        consent.deny(request_of(claim), now=NOW + DAY, **REFUSAL)
        with pytest.raises(RuleViolation, match="only until December 1, 2026, 10:00 AM UTC"):
            consent.restore(request_of(claim), now=NOW + 7 * DAY, by="")
        assert fresh(claim).status == ClaimStatus.CONSENT_DENIED

    def test_what_another_partner_was_given_meanwhile_is_not_taken_from_it(self, claim):
        notify_customer(claim)
        consent.deny(request_of(claim), now=NOW + DAY, **REFUSAL)
        rival = claim_under_review(tenant=claim.tenant, products=[claim.lines.first().product])
        approve(rival, actor=reviewer_actor(), now=NOW + DAY)
        with pytest.raises(RuleViolation, match="Another partner has been associated"):
            consent.restore(request_of(claim), now=NOW + 2 * DAY, by="")
        assert (fresh(claim).status, request_of(claim).denied_at) == (ClaimStatus.CONSENT_DENIED, NOW + DAY)


class TestChangeOfMindAboutParts:
    def test_within_the_days_a_part_is_associated_again_and_the_partner_told(self, claim):
        notify_customer(claim)
        gone, kept = claim.lines.order_by("pk")
        key = f"product:{gone.product_id}"
        consent.deny_items(request_of(claim), keys=[key], now=NOW + DAY, **REFUSAL)
        consent.restore_items(
            request_of(claim), keys=[key], now=NOW + 7 * DAY - timedelta(seconds=1), by="a@customer.example"
        )
        claim = fresh(claim)
        assert (claim.status, held(claim)) == (ClaimStatus.APPROVED, {gone.product_id, kept.product_id})
        assert set(claim.lines.values_list("live", flat=True)) == {True}
        assert set(claim.lines.values_list("verdict", flat=True)) == {"accepted"}
        assert gone.product.label in claim.events.get(action=ClaimAction.RESTORE_PART).data["restored"][0]
        assert not request_of(claim).items.exclude(ended_at=None).exists()
        assert steps(claim)[-2:] == ["denied_part", "restored_part"]
        mail = OutgoingEmail.objects.filter(kind="claim.restore_part").first()
        assert f"Associated again: {gone.product.label}" in mail.text
        consent.deny_items(request_of(claim), keys=[key], now=NOW + 8 * DAY, **REFUSAL)  # as often as it likes
        assert held(fresh(claim)) == {kept.product_id}
        with pytest.raises(RuleViolation, match="only until December 1, 2026, 10:00 AM UTC"):
            consent.restore_items(request_of(claim), keys=[key], now=NOW + 8 * DAY, by="")

    def test_one_of_two_denied_subscriptions_comes_back_alone(self):
        claim, three = approved_on_subscriptions(3)
        keys = [f"subscription:{each.pk}" for each in three]
        consent.deny_items(request_of(claim), keys=keys[:2], now=NOW + DAY, **REFUSAL)
        consent.restore_items(request_of(claim), keys=keys[:1], now=NOW + 2 * DAY, by="")
        running = Association.objects.filter(claim=claim, ended_at=None)
        assert set(running.values_list("subscription", flat=True)) == {three[0].pk, three[2].pk}
        live = claim.lines.get().subscriptions.filter(live=True)
        assert set(live.values_list("subscription", flat=True)) == {three[0].pk, three[2].pk}

    def test_what_another_was_given_or_what_was_not_denied_stays_as_it_is(self, claim):
        notify_customer(claim)
        gone, kept = claim.lines.order_by("pk")
        key = f"product:{gone.product_id}"
        for wrong in ([], [key], ["nonsense"]):
            with pytest.raises(RuleViolation, match="that you denied"):
                consent.restore_items(request_of(claim), keys=wrong, now=NOW + DAY, by="")
        consent.deny_items(request_of(claim), keys=[key], now=NOW + DAY, **REFUSAL)
        rival = claim_under_review(tenant=claim.tenant, products=[gone.product])
        approve(rival, actor=reviewer_actor(), now=NOW + DAY)
        with pytest.raises(RuleViolation, match="Another partner has been associated"):
            consent.restore_items(request_of(claim), keys=[key], now=NOW + 2 * DAY, by="")
        assert held(fresh(claim)) == {kept.product_id}
        assert held(rival) == {gone.product_id}
        assert request_of(claim).items.get(end="denied").key == key


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
