"""Mail whose words are no longer true: none of it leaves later, wherever it was when that became so."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kit.errors import RuleViolation
from notifications.attention import attention_in_words
from notifications.delivery import DELAYS, send_due
from notifications.fates import Fate
from notifications.leases import lease, lease_length, release_stale
from notifications.models import OutgoingEmail
from notifications.notes import begin
from notifications.outbox import send_again, withhold, withhold_all
from notifications.reports import mark_bounced
from notifications.watching import mail_gauges
from tests.factories import NOW
from tests.notifications.scripted_smtp import BACKEND
from tests.support.at_once import at_once
from tests.support.processes import wait_until

Status = OutgoingEmail.Status
LATER = NOW + timedelta(days=1)
CUSTOMER = "customer@contoso.example"


def supersede():
    """What a denial does, in a transaction of its own."""
    with transaction.atomic():
        return withhold_all(kind="consent", reference="1")


def consent_mail():
    return OutgoingEmail.objects.get(kind="consent")


class Sender:
    """A sender in a thread of its own, with a connection of its own."""

    def __init__(self):
        self.sent = []
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self):
        self.sent.append(send_due(now=NOW))
        connection.close()

    def is_waiting(self):
        """Whether it is still at work; waits a moment for its end."""
        self._thread.join(0.5)
        return self._thread.is_alive()

    def end(self):
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestInTheHandsOfASender:
    def test_what_a_sender_holds_and_has_not_begun_with_stays_here_at_once(self, smtp, queue):
        queue(dedupe_key="slow", reference="0")
        queue(dedupe_key="consent", kind="consent", reference="1")
        smtp.hang()
        sender = Sender()
        wait_until(lambda: smtp.offered, what="the mail before it")
        assert consent_mail().status == Status.LEASED
        assert supersede() == 1
        assert (consent_mail().status, consent_mail().leased_until) == (Status.WITHHELD, None)
        smtp.accept()
        sender.end()
        assert (consent_mail().status, consent_mail().attempts, len(smtp.received)) == (Status.WITHHELD, 0, 1)
        assert send_due(now=LATER) == 0

    def test_what_a_sender_gives_back_meanwhile_stays_here_as_well(self, smtp, queue, settings):
        settings.MAILERS = smtp.mailers(backend=BACKEND, timeout=3)
        queue(dedupe_key="slow", reference="0")
        queue(dedupe_key="consent", kind="consent", reference="1")
        smtp.hang()
        sender = Sender()
        wait_until(lambda: smtp.offered, what="the mail before it")
        supersede()
        sender.end()  # the server fell silent, so the batch was given back
        smtp.accept()
        assert OutgoingEmail.objects.get(dedupe_key="slow").status == Status.QUEUED
        assert consent_mail().status == Status.WITHHELD
        assert send_due(now=LATER) == 1

    @pytest.mark.parametrize(
        ("answer", "status"), [("451 later", "withheld"), ("554 no", "withheld"), ("250 OK", "sent")]
    )
    def test_what_a_sender_is_in_the_middle_of_is_never_tried_again(self, smtp, queue, told, answer, status):
        queue(kind="consent", reference="1")
        smtp.hang()
        sender = Sender()
        wait_until(lambda: smtp.offered, what="the mail")
        assert supersede() == 1
        assert consent_mail().status == Status.LEASED
        smtp.answer_with(answer)
        smtp._let_go()
        sender.end()
        assert consent_mail().status == status
        assert [fate for _, fate, _, _ in told] == ([Fate.SENT] if status == "sent" else [])
        smtp.accept()
        assert send_due(now=LATER) == 0

    def test_a_sender_that_is_about_to_begin_waits_for_a_denial_under_way_and_leaves_the_mail(self, smtp, queue):
        queue(kind="consent", reference="1")
        leased = lease(now=NOW, limit=1)
        begun = []

        def work():
            begun.append(begin(leased[0], now=NOW, until=NOW + lease_length()))
            connection.close()

        with transaction.atomic():
            withhold_all(kind="consent", reference="1")
            beginning = threading.Thread(target=work)
            beginning.start()
            beginning.join(0.5)
            assert beginning.is_alive()
        beginning.join(20)
        assert begun == [False]
        assert consent_mail().status == Status.WITHHELD

    def test_a_denial_that_waits_for_a_senders_note_finds_the_mail_as_it_is_after_it(self, smtp, queue):
        """The note queues the mail again while the denial waits for the row."""
        mail = queue(kind="consent", reference="1")
        (leased,) = lease(now=NOW, limit=1)
        begin(leased, now=NOW, until=NOW + lease_length())
        denial = threading.Thread(target=lambda: (supersede(), connection.close()))
        with transaction.atomic():
            OutgoingEmail.objects.filter(pk=mail.pk).update(
                status=Status.QUEUED, leased_until=None, attempt_started_at=None, next_attempt_at=NOW + DELAYS[0]
            )
            denial.start()
            denial.join(0.5)
            assert denial.is_alive()
        denial.join(20)
        assert consent_mail().status == Status.WITHHELD

    def test_at_the_same_moment_it_is_sent_or_stays_and_is_never_queued_again(self, smtp, queue):
        for number in range(25):
            smtp.received.clear()
            queue(kind="consent", reference="1", dedupe_key=str(number))
            assert at_once(supersede, lambda: send_due(now=NOW)) == ["done", "done"]
            mail = OutgoingEmail.objects.get(dedupe_key=str(number))
            assert (mail.status, len(smtp.received)) in [(Status.SENT, 1), (Status.WITHHELD, 0)]
            assert mail.superseded


@pytest.mark.django_db
class TestAfterwards:
    def test_it_cannot_be_sent_again_and_the_refusal_says_why(self, queue):
        queue(kind="consent", reference="1")
        OutgoingEmail.objects.update(status=Status.FAILED)
        supersede()
        assert consent_mail().status == Status.FAILED
        with pytest.raises(RuleViolation, match="no longer so"):
            send_again(consent_mail(), now=LATER)

    def test_it_asks_nobody_for_attention_whether_it_failed_or_comes_back_later(self, smtp, queue):
        queue(kind="consent", reference="1", dedupe_key="failed", to=["nobody@x.example"])
        queue(kind="consent", reference="1", dedupe_key="bounces later")
        smtp.refused["nobody@x.example"] = "550 no such user"
        send_due(now=NOW)
        assert attention_in_words(OutgoingEmail.objects.all()) == "1 failed"
        supersede()
        mark_bounced(OutgoingEmail.objects.get(dedupe_key="bounces later"), now=LATER)
        assert attention_in_words(OutgoingEmail.objects.all()) == ""
        counts = next(gauge.values for gauge in mail_gauges() if gauge.name == "portal_mail_messages")
        assert (counts["failed"], counts["bounced"]) == (0, 0)

    def test_a_sender_that_died_in_the_middle_of_it_does_not_bring_it_back(self, smtp, queue):
        queue(kind="consent", reference="1")
        begin(lease(now=NOW, limit=1)[0], now=NOW, until=NOW + lease_length())
        supersede()
        release_stale(now=LATER)
        assert (consent_mail().status, consent_mail().mishaps) == (Status.WITHHELD, 1)
        assert send_due(now=LATER) == 0

    def test_mail_that_comes_later_about_the_same_is_not_touched(self, smtp, queue):
        queue(kind="consent", reference="1", dedupe_key="first")
        supersede()
        queue(kind="consent", reference="1", dedupe_key="second")
        assert send_due(now=NOW) == 1

    def test_the_database_keeps_it_from_being_queued(self, queue):
        queue(kind="consent", reference="1")
        supersede()
        with pytest.raises(IntegrityError, match="email_superseded_never_queued"), transaction.atomic():
            OutgoingEmail.objects.update(status=Status.QUEUED)

    def test_staff_withhold_what_a_sender_only_holds_and_may_send_it_again(self, smtp, queue):
        mail = queue()
        lease(now=NOW, limit=1)
        assert withhold(mail)
        assert not withhold(mail)
        assert send_again(mail, now=NOW)
        assert send_due(now=NOW) == 1

    def test_staff_cannot_withhold_what_a_sender_is_in_the_middle_of(self, queue):
        mail = queue()
        begin(lease(now=NOW, limit=1)[0], now=NOW, until=NOW + lease_length())
        assert not withhold(mail)


@pytest.mark.django_db
class TestOfUseForAShortTime:
    def test_it_leaves_while_it_is_of_use(self, smtp, queue):
        queue(useless_after=NOW + timedelta(minutes=15))
        smtp.answer_with("451 later")
        send_due(now=NOW)
        smtp.accept()
        assert send_due(now=NOW + timedelta(minutes=14)) == 1

    def test_it_stays_here_from_that_moment_on_and_says_why(self, smtp, queue, told):
        mail = queue(useless_after=NOW + timedelta(minutes=15))
        smtp.answer_with("451 later")
        send_due(now=NOW)
        smtp.accept()
        end = NOW + timedelta(minutes=15)
        assert send_due(now=end) == 0
        mail.refresh_from_db()
        assert (mail.status, mail.given_up_at, smtp.received, told) == (Status.WITHHELD, end, [], [])
        assert "of use for a short time only" in mail.last_error
        assert mail.last_error.endswith("451 later")
        with pytest.raises(RuleViolation, match="asks for a new one"):
            send_again(mail, now=end)
