"""Asking for consent, denying it, and the end of the question."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from customers.consent import deny, find_request, withdraw
from customers.enums import DenialReason
from customers.models import ConsentRequest
from customers.signals import consent_moved
from kit.errors import RuleViolation, StaleRecord
from kit.links import digest
from notifications.models import OutgoingEmail
from tests.customers.asking import ask, token_of
from tests.factories import NOW, TenantFactory

pytestmark = pytest.mark.django_db


def refuse(consent, **changes):
    values = {"reasons": ["unknown_partner"], "comment": "", "share_comment": False, "now": NOW + timedelta(days=1)}
    deny(consent, **{**values, **changes})


class TestAsking:
    def test_the_request_keeps_what_the_customer_was_told(self):
        tenant = TenantFactory(admin_emails=[])
        consent = ask(tenant=tenant, customer_name="Teo\nLupu")
        consent.refresh_from_db()
        assert (consent.tenant_id, consent.customer_name) == (tenant.tenant_id, "Teo Lupu")
        assert [item.text for item in consent.items.all()] == ["EXCHANGE ONLINE, EXO"]
        assert (consent.opt_out_until, consent.language) == (None, "en")

    def test_only_the_tokens_digest_is_stored(self):
        consent = ask()
        token = token_of(OutgoingEmail.objects.get())
        assert consent.links.get().token_digest == digest(token) != token
        assert find_request(token) == consent

    @pytest.mark.parametrize("token", ["", "nope", "x" * 5000, "\x00", "ÿ"])
    def test_other_tokens_open_nothing(self, token):
        ask()
        assert find_request(token) is None

    def test_asking_twice_while_the_question_stands_sends_one_mail(self):
        first = ask()
        assert ask(tenant=None) == first
        assert OutgoingEmail.objects.count() == 1

    def test_asking_anew_after_an_end_sends_a_new_link_and_the_old_one_stops(self, heard):
        consent = ask()
        old = token_of(OutgoingEmail.objects.get())
        refuse(consent)
        later = NOW + timedelta(days=30)
        again = ask(now=later)
        newest = OutgoingEmail.objects.latest("pk")
        assert (again.pk, again.denied_at, again.asked_at) == (consent.pk, None, later)
        assert ConsentRequest.objects.get().denial_reasons == []
        assert find_request(old) is None
        assert find_request(token_of(newest)) == again
        assert OutgoingEmail.objects.earliest("pk").status == "withheld"


class TestDenying:
    def test_a_denial_is_stored_and_told_in_the_same_breath(self, heard):
        consent = ask()
        refuse(consent, reasons=["other", "no_sharing"], comment=" We left. ", share_comment=True)
        consent.refresh_from_db()
        assert consent.denied_at == NOW + timedelta(days=1)
        assert consent.denial_reasons == [DenialReason.NO_SHARING, DenialReason.OTHER]
        assert (consent.comment, consent.share_comment) == ("We left.", True)
        assert heard == [("denied", "1000001", consent.denied_at, consent.denial_reasons, consent.denied_at)]

    def test_denying_is_possible_long_after_the_opt_out_date(self, heard):
        consent = ask()
        refuse(consent, now=NOW + timedelta(days=400))
        assert consent.denied_at == NOW + timedelta(days=400)

    def test_denying_twice_keeps_the_first_answer_and_tells_once(self, heard):
        consent = ask()
        stale = ConsentRequest.objects.get()
        refuse(consent, comment="first")
        refuse(stale, comment="second", now=NOW + timedelta(days=3))
        assert (stale.comment, stale.denied_at) == ("first", NOW + timedelta(days=1))
        assert len(heard) == 1

    def test_a_refusal_from_the_claims_undoes_the_denial(self, monkeypatch, heard):
        consent = ask()

        def refuse_it(sender, **kwargs):
            raise RuleViolation("This association has ended already.")

        consent_moved.connect(refuse_it)
        try:
            with pytest.raises(RuleViolation, match="ended already"):
                refuse(consent)
        finally:
            consent_moved.disconnect(refuse_it)
        consent.refresh_from_db()
        assert (consent.denied_at, consent.denial_reasons) == (None, [])

    @pytest.mark.parametrize("raised", [RuleViolation("Composed, of a claim: 7."), StaleRecord()])
    def test_a_refusal_that_was_not_written_for_customers_becomes_one_in_their_language(self, heard, raised):
        consent = ask()

        def refuse_it(sender, **kwargs):
            raise raised

        consent_moved.connect(refuse_it)
        try:
            with override("de"), pytest.raises(type(raised), match="hat sich inzwischen geändert"):
                refuse(consent)
        finally:
            consent_moved.disconnect(refuse_it)

    @pytest.mark.parametrize("reasons", [[], ["nonsense"], [""]])
    def test_a_denial_needs_a_known_reason(self, heard, reasons):
        with pytest.raises(RuleViolation, match="at least one reason"):
            refuse(ask(), reasons=reasons)
        assert heard == []

    def test_a_comment_has_its_limit(self, heard):
        consent = ask()
        with pytest.raises(RuleViolation, match="2,000"):
            refuse(consent, comment="x" * 2001)
        refuse(consent, comment="x" * 2000)
        assert len(consent.comment) == 2000

    def test_without_a_comment_nothing_is_shared(self, heard):
        consent = ask()
        refuse(consent, comment="  ", share_comment=True)
        assert not consent.share_comment

    def test_the_request_of_another_claim_stays_as_it_is(self, heard):
        other = ask("1000002")
        refuse(ask())
        other.refresh_from_db()
        assert other.denied_at is None


class TestWithdrawing:
    def test_an_association_that_ended_otherwise_asks_nothing_any_more(self, heard):
        consent = ask()
        withdraw("1000001", now=NOW)
        with pytest.raises(RuleViolation, match="nothing to deny"):
            refuse(consent)
        consent.refresh_from_db()
        assert (consent.withdrawn_at, consent.denied_at) == (NOW, None)
        assert heard == []

    def test_a_mail_that_has_not_left_stays(self):
        ask()
        ask("1000002")
        withdraw("1000001", now=NOW)
        assert dict(OutgoingEmail.objects.values_list("reference", "status")) == {
            "1000001": "withheld",
            "1000002": "queued",
        }

    def test_a_denial_is_not_overwritten_and_an_unknown_reference_is_no_error(self, heard):
        consent = ask()
        refuse(consent)
        withdraw("1000001", now=NOW + timedelta(days=2))
        withdraw("no such claim", now=NOW)
        consent.refresh_from_db()
        assert consent.withdrawn_at is None
