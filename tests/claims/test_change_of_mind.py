"""What it does to the claim when a customer denies a part, and takes back what it denied."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from claims.contacting import correct_contact
from claims.deadlines import sweep
from claims.deciding import approve
from claims.enums import ClaimAction, ClaimStatus
from claims.findings import Finding
from claims.models import Association, ReasonCode
from cpor_portal.invariants.checking import offenders
from customers import consent
from customers.consent.clock import note_sent, note_undeliverable
from kit.errors import RuleViolation
from notifications.models import OutgoingEmail
from notifications.reports import mark_bounced
from tests.claims.consented import (
    CUSTOMERS_ARE_ASKED,
    DAY,
    HOUR,
    REFUSAL,
    approved_for_two_workloads,
    approved_on_subscriptions,
    fresh,
    held,
    mails_to_customer,
    newest_link,
    request_of,
    steps,
)
from tests.customers.asking import token_of
from tests.factories import (
    NOW,
    WorkloadFactory,
    claim_under_review,
    notify_customer,
    partner_actor,
    reviewer_actor,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    return approved_for_two_workloads()


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
