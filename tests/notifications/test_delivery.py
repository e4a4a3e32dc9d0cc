"""Carrying mail to a real mail server that says yes, no, later, or nothing."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction

from notifications.bodies import BLANKED
from notifications.delivery import DELAYS, send_batch, send_due
from notifications.fates import Fate
from notifications.leases import MOST_MISHAPS, PARKED, STUMBLED, lease, lease_length, release_stale
from notifications.models import OutgoingEmail
from notifications.notes import begin
from notifications.outbox import send_again
from notifications.tasks import send_queued_mail
from tests.factories import NOW
from tests.notifications.scripted_smtp import BACKEND
from tests.support.processes import wait_until

Status = OutgoingEmail.Status
CUSTOMER = "customer@contoso.example"
ADMIN = "admin@contoso.example"

pytestmark = pytest.mark.django_db


def row():
    return OutgoingEmail.objects.get()


class TestSent:
    def test_a_mail_arrives_as_queued_with_both_bodies(self, smtp, queue):
        mail = queue(cc=[ADMIN], reply_to="desk@microsoft.example", subject="Grüße")
        assert send_due(now=NOW) == 1
        message = smtp.received[0].message
        assert (message["To"], message["Cc"], message["Reply-To"]) == (CUSTOMER, ADMIN, "desk@microsoft.example")
        assert (message["Subject"], message["Message-ID"]) == ("Grüße", mail.message_id)
        assert message.get_body(("plain",)).get_content().strip() == "Plain words"
        assert message.get_body(("html",)).get_content().strip() == "<p>Rich words</p>"
        assert [mail.recipients for mail in smtp.received] == [[CUSTOMER, ADMIN]]
        assert (row().status, row().sent_at, row().attempts, row().leased_until) == (Status.SENT, NOW, 1, None)

    def test_very_long_lines_arrive_whole(self, smtp, queue):
        items = ", ".join(f"[PRODUCT {number}, D66656C2-F69B-4488-8035-287EB6711DDC]" for number in range(60))
        queue(text=items, html=f"<p>{items}</p>")
        send_due(now=NOW)
        assert smtp.received[0].body("plain").strip() == items

    def test_one_connection_carries_the_whole_batch(self, smtp, queue):
        for number in range(4):
            queue(dedupe_key=str(number))
        assert send_due(now=NOW) == 4
        assert (len(smtp.received), smtp.connections) == (4, 1)

    def test_nothing_is_sent_twice_or_too_early(self, smtp, queue):
        queue()
        queue(dedupe_key="later", now=NOW + timedelta(hours=1))
        assert send_due(now=NOW) == 1
        assert send_due(now=NOW) == 0
        assert len(smtp.received) == 1

    def test_a_limit_leaves_the_rest_queued(self, smtp, queue):
        for number in range(3):
            queue(dedupe_key=str(number))
        assert send_due(now=NOW, limit=2) == 2
        assert OutgoingEmail.objects.filter(status=Status.QUEUED).count() == 1

    def test_the_task_empties_the_queue_batch_by_batch(self, smtp, queue, monkeypatch):
        for number in range(5):
            queue(dedupe_key=str(number), now=NOW - timedelta(days=3000))
        monkeypatch.setattr("notifications.sending.send_batch", partial(send_batch, limit=2))
        assert send_queued_mail() == 5

    def test_a_withheld_mail_stays(self, smtp, queue):
        queue()
        OutgoingEmail.objects.update(status=Status.WITHHELD)
        assert send_due(now=NOW) == 0
        assert smtp.received == []

    def test_a_secret_body_is_blanked_once_it_has_left_and_not_before(self, smtp, queue):
        queue(sensitive=True, cc=[ADMIN], text="link: /consent/abc/", html="<a href='/consent/abc/'>here</a>")
        smtp.answer = "451 later"
        send_due(now=NOW)
        assert "abc" in row().text
        smtp.answer = "250 fine"
        assert send_due(now=NOW + DELAYS[0]) == 1
        assert "/consent/abc/" in smtp.received[0].body("plain")
        mail = row()
        assert (mail.text, mail.html, mail.subject, mail.to, mail.cc) == (BLANKED, "", "Hello", [CUSTOMER], [ADMIN])


class TestLater:
    def test_a_4xx_answer_queues_it_again_under_the_same_message_id(self, smtp, queue):
        mail = queue()
        smtp.answer = "451 try later"
        assert send_due(now=NOW) == 0
        assert (row().status, row().next_attempt_at) == (Status.QUEUED, NOW + timedelta(minutes=1))
        assert row().last_error == "451 try later"
        assert send_due(now=NOW + timedelta(seconds=59)) == 0
        smtp.answer = "250 fine"
        assert send_due(now=NOW + timedelta(minutes=1)) == 1
        assert [mail.message["Message-ID"] for mail in smtp.received] == [mail.message_id]
        assert row().last_error == ""

    def test_delays_grow_and_after_almost_three_days_it_has_failed(self, smtp, queue):
        queue()
        smtp.refused[CUSTOMER] = "450 greylisted"
        now, waits = NOW, []
        while row().status == Status.QUEUED:
            send_due(now=now)
            waits.append(row().next_attempt_at - now)
            now = row().next_attempt_at
        assert waits[:4] == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)]
        assert row().status == Status.FAILED
        assert timedelta(hours=60) < now - NOW <= timedelta(hours=72)

    def test_a_server_that_is_away_costs_the_first_mail_an_attempt_and_the_others_nothing(self, no_smtp, queue):
        queue(dedupe_key="first", now=NOW - timedelta(minutes=1))
        queue(dedupe_key="second")
        assert send_due(now=NOW) == 0
        first, second = OutgoingEmail.objects.order_by("pk")
        assert (first.status, first.attempts, first.next_attempt_at) == (Status.QUEUED, 1, NOW + DELAYS[0])
        assert (second.status, second.attempts, second.next_attempt_at) == (Status.QUEUED, 0, NOW)
        assert "refused" in first.last_error.lower()

    def test_a_server_that_falls_silent_is_given_up_for_this_batch(self, smtp, queue, settings):
        settings.MAILERS = smtp.mailers(backend=BACKEND, timeout=1)
        queue(dedupe_key="first")
        queue(dedupe_key="second")
        smtp.hang()
        assert send_due(now=NOW) == 0
        assert [mail.attempts for mail in OutgoingEmail.objects.order_by("pk")] == [1, 0]
        assert not OutgoingEmail.objects.filter(status=Status.LEASED).exists()

    def test_a_refused_sender_is_not_the_mails_fault(self, smtp, queue):
        queue()
        smtp.sender_answer = "550 sender not allowed"
        send_due(now=NOW)
        assert (row().status, row().last_error) == (Status.QUEUED, "550 sender not allowed")

    def test_an_outage_of_days_before_the_first_attempt_loses_nothing(self, smtp, queue):
        queue()
        assert send_due(now=NOW + timedelta(days=10)) == 1


class TestRefused:
    def test_a_refused_recipient_is_final(self, smtp, queue):
        queue()
        smtp.refused[CUSTOMER] = "550 no such user"
        assert send_due(now=NOW) == 0
        assert (row().status, row().attempts) == (Status.FAILED, 1)
        assert row().last_error == f"Refused for {CUSTOMER}: 550 no such user"

    def test_refused_content_is_final(self, smtp, queue):
        queue()
        smtp.answer = "554 we think this is spam"
        send_due(now=NOW)
        assert row().status == Status.FAILED

    def test_the_others_of_the_batch_still_leave(self, smtp, queue):
        queue(dedupe_key="bad", to=["bad@x.example"])
        queue(dedupe_key="good")
        smtp.refused["bad@x.example"] = "550 no such user"
        assert send_due(now=NOW) == 1
        assert [mail.message["To"] for mail in smtp.received] == [CUSTOMER]

    def test_a_refused_copy_does_not_stop_the_mail_and_is_noted(self, smtp, queue):
        queue(cc=[ADMIN])
        smtp.refused[ADMIN] = "550 no such user"
        assert send_due(now=NOW) == 1
        assert (row().status, row().delivered_to) == (Status.SENT, [CUSTOMER])
        assert row().last_error == f"Copies refused: {ADMIN}: 550 no such user"

    def test_a_copy_that_is_greylisted_or_full_keeps_no_mail_waiting(self, smtp, queue, told):
        queue(cc=[ADMIN], sensitive=True)
        smtp.refused[ADMIN] = "452 mailbox full"
        assert send_due(now=NOW) == 1
        assert (row().status, row().sent_at, row().delivered_to, row().text) == (Status.SENT, NOW, [CUSTOMER], BLANKED)
        assert row().last_error == f"Copies refused: {ADMIN}: 452 mailbox full"
        assert [(fate, at) for _, fate, at, _ in told] == [(Fate.SENT, NOW)]

    def test_a_refused_recipient_has_failed_at_once_though_the_copy_is_to_be_tried_later(self, smtp, queue, told):
        queue(cc=[ADMIN])
        smtp.refused[CUSTOMER] = "550 no such user"
        smtp.refused[ADMIN] = "452 mailbox full"
        send_due(now=NOW)
        assert (row().status, row().attempts) == (Status.FAILED, 1)
        assert (
            row().last_error == f"Refused for {CUSTOMER}: 550 no such user; Copies refused: {ADMIN}: 452 mailbox full"
        )
        ((_, fate, _, reason),) = told
        assert fate is Fate.FAILED
        assert ADMIN not in reason  # the partner may read it, and knows nothing of the tenant's administrators

    def test_a_copy_goes_along_with_each_further_attempt_at_the_recipient(self, smtp, queue):
        queue(cc=[ADMIN])
        smtp.refused[CUSTOMER] = smtp.refused[ADMIN] = "450 greylisted"
        send_due(now=NOW)
        assert (row().status, row().next_attempt_at) == (Status.QUEUED, NOW + DELAYS[0])
        smtp.refused.clear()
        assert send_due(now=NOW + DELAYS[0]) == 1
        assert row().delivered_to == [CUSTOMER, ADMIN]

    def test_a_second_recipient_in_to_is_waited_for(self, smtp, queue):
        queue(to=[CUSTOMER, "second@münchen.example"])
        smtp.refused["second@xn--mnchen-3ya.example"] = "450 greylisted"
        send_due(now=NOW)
        assert (row().status, row().delivered_to) == (Status.QUEUED, [CUSTOMER])

    def test_a_customer_who_was_refused_does_not_pass_as_told_because_the_copy_went_through(self, smtp, queue):
        queue(cc=[ADMIN], sensitive=True)
        smtp.refused[CUSTOMER] = "550 no such user"
        assert send_due(now=NOW) == 0
        assert (row().status, row().delivered_to, row().text) == (Status.FAILED, [ADMIN], "Plain words")

    def test_who_has_it_does_not_get_it_again(self, smtp, queue):
        queue(cc=[ADMIN])
        smtp.refused[CUSTOMER] = "450 greylisted"
        send_due(now=NOW)
        assert (row().status, row().delivered_to) == (Status.QUEUED, [ADMIN])
        smtp.refused.clear()
        assert send_due(now=NOW + DELAYS[0]) == 1
        assert [mail.recipients for mail in smtp.received] == [[ADMIN], [CUSTOMER]]
        assert smtp.received[1].message["Cc"] == ADMIN

    def test_an_address_that_cannot_be_written_fails_without_stopping_the_batch(self, smtp, queue):
        queue(dedupe_key="bad", to=["jürgen@x.example"])
        queue(dedupe_key="good")
        assert send_due(now=NOW) == 1
        assert OutgoingEmail.objects.get(dedupe_key="bad").status == Status.FAILED

    def test_a_failed_mail_leaves_when_staff_sends_it_again(self, smtp, queue):
        mail = queue()
        smtp.refused[CUSTOMER] = "550 no such user"
        send_due(now=NOW)
        smtp.refused.clear()
        send_again(mail, now=NOW)
        assert send_due(now=NOW) == 1

    def test_an_error_that_quotes_a_secret_link_is_kept_without_it(self, smtp, queue):
        queue()
        smtp.answer = "554 bad link https://portal.example/consent/s3cr3t-token/ in mail"
        send_due(now=NOW)
        assert "s3cr3t-token" not in row().last_error
        assert "/consent/***/" in row().last_error


class TestLeases:
    def test_a_lease_that_ran_out_is_taken_up_again(self, smtp, queue):
        mail = queue()
        end = NOW + lease_length()
        OutgoingEmail.objects.update(status=Status.LEASED, leased_until=end, attempts=1, attempt_started_at=NOW)
        assert send_due(now=end) == 0
        assert send_due(now=end + timedelta(seconds=1)) == 1
        assert smtp.received[0].message["Message-ID"] == mail.message_id

    def test_a_mail_that_takes_its_sender_down_every_time_is_parked_and_told_as_failed(self, smtp, queue, told):
        queue()
        now = NOW
        for mishaps in range(MOST_MISHAPS):
            assert (row().status, row().mishaps) == (Status.QUEUED, mishaps)
            assert begin(lease(now=now, limit=1)[0], now=now, until=now + lease_length())
            now += lease_length() + timedelta(seconds=1)
            release_stale(now=now)
        assert (row().status, row().last_error, row().leased_until) == (Status.FAILED, PARKED, None)
        assert [(fate, reason) for _, fate, _, reason in told] == [(Fate.FAILED, PARKED)]
        assert send_due(now=now) == 0
        assert send_again(row(), now=now)
        assert send_due(now=now) == 1

    def test_mail_that_was_only_held_by_a_sender_that_died_counts_no_mishap(self, smtp, queue):
        for number in range(3):
            queue(dedupe_key=str(number))
        first, *_ = lease(now=NOW, limit=3)
        begin(first, now=NOW, until=NOW + lease_length())
        release_stale(now=NOW + lease_length() + timedelta(seconds=1))
        assert list(OutgoingEmail.objects.order_by("pk").values_list("status", "mishaps", "attempts", "next_attempt_at")) == [
            ("queued", 1, 1, NOW + lease_length() + timedelta(seconds=1)), ("queued", 0, 0, NOW), ("queued", 0, 0, NOW),
        ]  # fmt: skip

    def test_a_mail_that_the_portal_stumbles_over_is_parked_and_the_others_leave(self, smtp, queue, monkeypatch):
        queue(dedupe_key="bad", subject="Poison")
        queue(dedupe_key="good")
        real = EmailMultiAlternatives.message

        def stumble(self, **options):
            if self.subject == "Poison":
                raise RuntimeError("cannot be written")
            return real(self, **options)

        monkeypatch.setattr(EmailMultiAlternatives, "message", stumble)
        now, bad = NOW, OutgoingEmail.objects.filter(dedupe_key="bad")
        assert send_due(now=now) == 1
        while bad.get().status == Status.QUEUED:
            now = bad.get().next_attempt_at
            send_due(now=now)
        assert (bad.get().status, bad.get().mishaps) == (Status.FAILED, MOST_MISHAPS)
        assert bad.get().last_error == f"{STUMBLED} RuntimeError: cannot be written"
        assert "stopped" not in STUMBLED

    @pytest.mark.django_db(transaction=True)
    def test_no_transaction_is_open_while_the_mail_server_is_spoken_to(self, smtp, queue, monkeypatch):
        queue()
        seen = []

        def look(self, messages):
            seen.append(connection.in_atomic_block)
            return len(messages)

        monkeypatch.setattr("notifications.smtp.TellingSmtpBackend.send_messages", look)
        send_due(now=NOW)
        assert seen == [False]

    @pytest.mark.concurrency
    @pytest.mark.django_db(transaction=True)
    def test_two_senders_at_once_send_each_mail_once(self, smtp, queue):
        for number in range(6):
            queue(dedupe_key=str(number))
        smtp.hang()
        sent = []

        def work():
            sent.append(send_due(now=NOW, limit=4))
            connection.close()

        first = threading.Thread(target=work)
        first.start()
        wait_until(lambda: smtp.offered, what="the first mail")
        second = threading.Thread(target=work)
        second.start()
        smtp.accept()
        first.join(20)
        second.join(20)
        assert sorted(sent) == [2, 4]
        assert len({mail.message["Message-ID"] for mail in smtp.received}) == len(smtp.received) == 6

    @pytest.mark.concurrency
    @pytest.mark.django_db(transaction=True)
    def test_a_row_that_another_sender_is_just_leasing_is_passed_over(self, smtp, queue):
        for number in range(3):
            queue(dedupe_key=str(number))
        sent = []

        def work():
            sent.append(send_due(now=NOW))
            connection.close()

        with transaction.atomic():
            OutgoingEmail.objects.select_for_update().get(dedupe_key="1")
            other = threading.Thread(target=work)
            other.start()
            other.join(10)
            assert sent == [2]
        other.join(10)
        assert OutgoingEmail.objects.get(status=Status.QUEUED).dedupe_key == "1"

    @pytest.mark.concurrency
    @pytest.mark.django_db(transaction=True)
    def test_a_sender_whose_lease_was_taken_over_leaves_the_row_to_the_other(self, smtp, queue):
        queue()
        smtp.hang()

        def work():
            send_due(now=NOW)
            connection.close()

        slow = threading.Thread(target=work)
        slow.start()
        wait_until(lambda: smtp.offered, what="the first mail")
        later = NOW + timedelta(hours=1)
        OutgoingEmail.objects.update(leased_until=later)
        smtp.accept()
        slow.join(20)
        assert (row().status, row().leased_until) == (Status.LEASED, later)
