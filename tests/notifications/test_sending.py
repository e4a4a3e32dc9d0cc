"""Runs of the sender: one at a time, until nothing is due, and none against a server that was just found away."""

import socket
import threading
import time
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from notifications import sending
from notifications.delivery import send_batch
from notifications.models import OutgoingEmail
from notifications.sending import send_all_due
from notifications.sole_sender import sole_sender
from tests.notifications.scripted_smtp import BACKEND, ScriptedSmtp
from tests.support.processes import wait_until

Status = OutgoingEmail.Status


@pytest.fixture
def mute_server(settings):
    """A mail server that takes connections and never says a word; yields its socket."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        options = {"host": "127.0.0.1", "port": listening.getsockname()[1], "timeout": 0.5}
        settings.MAILERS = {"default": {"BACKEND": BACKEND, "OPTIONS": options}}
        yield listening


def in_a_thread(act):
    """Run it on a connection of its own; return the thread and the list that gets what it returned."""
    results = []

    def work():
        results.append(act())
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread, results


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestOneAtATime:
    def test_a_run_returns_at_once_while_another_waits_for_the_mail_server(self, smtp, queue):
        now = timezone.now()
        queue(dedupe_key="first", now=now)
        smtp.hang()
        first, sent = in_a_thread(send_all_due)
        wait_until(lambda: smtp.offered, what="the first mail")
        queue(dedupe_key="second", now=now)
        began = time.monotonic()
        assert send_all_due() == 0
        assert time.monotonic() - began < 1
        assert smtp.offered == 1
        smtp.accept()
        first.join(20)
        assert sent == [2]  # the first run went on to what was queued meanwhile

    def test_mail_queued_while_a_run_comes_to_its_end_is_not_left_to_the_next_sweep(self, smtp, queue, monkeypatch):
        """The run that came for it found the other one still there, which had looked for mail already."""
        others = []

        def and_then_somebody_queues(**options):
            batch = send_batch(**options)
            if not others:
                queue(dedupe_key="late", now=timezone.now())
                other, sent = in_a_thread(send_all_due)
                other.join(20)
                others.extend(sent)
            return batch

        monkeypatch.setattr(sending, "send_batch", and_then_somebody_queues)
        assert send_all_due() == 1
        assert others == [0]

    def test_a_sender_that_lost_its_session_holds_nobody_up(self):
        def lose_the_session():
            with sole_sender() as alone:
                connection.close()
                return alone

        lost, alone = in_a_thread(lose_the_session)
        lost.join(20)
        with sole_sender() as free:
            assert (alone, free) == ([True], True)

    def test_a_run_that_failed_leaves_the_way_free(self):
        with pytest.raises(RuntimeError, match="stumbled"), sole_sender():
            raise RuntimeError("stumbled")
        other, alone = in_a_thread(lambda: sole_sender().__enter__())
        other.join(20)
        assert alone == [True]


@pytest.mark.django_db
class TestServerAway:
    def test_a_silent_server_costs_a_run_one_wait_and_one_mail_one_attempt(self, mute_server, queue):
        for number in range(5):
            queue(dedupe_key=str(number), now=timezone.now())
        began = time.monotonic()
        assert send_all_due() == 0
        assert time.monotonic() - began < 2 * 0.5
        assert sorted(OutgoingEmail.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]

    def test_the_runs_right_after_it_return_at_once_and_cost_nothing(self, mute_server, queue, monkeypatch):
        queue(dedupe_key="first", now=timezone.now())
        send_all_due()
        queue(dedupe_key="second", now=timezone.now())
        began = time.monotonic()
        for _ in range(5):
            assert send_all_due() == 0
        assert time.monotonic() - began < 0.4
        assert OutgoingEmail.objects.get(dedupe_key="second").attempts == 0

    def test_a_server_that_is_back_gets_the_mail_with_the_first_run_after_the_pause(
        self, no_smtp, queue, settings, monkeypatch
    ):
        monkeypatch.setattr(sending, "PAUSE_SECONDS", 1)
        queue(dedupe_key="first", now=timezone.now())
        send_all_due()
        queue(dedupe_key="second", now=timezone.now())
        OutgoingEmail.objects.filter(dedupe_key="first").update(next_attempt_at=timezone.now())
        with ScriptedSmtp().listening() as server:
            settings.MAILERS = server.mailers(backend=BACKEND)
            time.sleep(1.1)
            assert send_all_due() == 2

    def test_what_goes_wrong_before_there_is_a_connection_is_no_mails_fault(self, queue, settings, monkeypatch):
        settings.MAILERS = {"default": {"BACKEND": BACKEND, "OPTIONS": {"host": "127.0.0.1", "port": 1}}}
        monkeypatch.setattr(f"{BACKEND}.open", lambda self: {}["a library's own fault"])
        queue(now=timezone.now())
        send_all_due()
        mail = OutgoingEmail.objects.get()
        assert (mail.status, mail.mishaps, mail.attempts) == (Status.QUEUED, 0, 1)


@pytest.mark.django_db
def test_many_refused_mails_do_not_end_a_run_before_the_others_have_left(smtp, queue, monkeypatch):
    monkeypatch.setattr(sending, "send_batch", partial(send_batch, limit=2))
    for number in range(6):
        smtp.refused[f"nobody{number}@x.example"] = "550 no such user"
        queue(dedupe_key=str(number), to=[f"nobody{number}@x.example"], now=timezone.now())
    queue(dedupe_key="good", now=timezone.now())
    assert send_all_due() == 1
    assert OutgoingEmail.objects.filter(status=Status.FAILED).count() == 6
