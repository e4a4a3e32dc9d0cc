"""Servers and small rows for the tests of mail and notices."""

import socket

import pytest
from celery import current_app
from django.db import transaction

from demo.ports import free_port
from notifications import nudge, outbox
from notifications.signals import mail_moved
from tests.factories import NOW
from tests.notifications.scripted_smtp import BACKEND, ScriptedSmtp


@pytest.fixture
def smtp(settings):
    """A scripted mail server, which the portal's mail goes to."""
    with ScriptedSmtp().listening() as server:
        settings.MAILERS = server.mailers(backend=BACKEND)
        yield server


@pytest.fixture
def told():
    """What the rooms above are told of mail: (mail, fate, at, reason)."""
    heard = []

    def hear(sender, mail, fate, at, reason, **kwargs):
        heard.append((mail, fate, at, reason))

    mail_moved.connect(hear)
    yield heard
    mail_moved.disconnect(hear)


@pytest.fixture
def no_smtp(settings):
    """Nobody listens where the mail server should be."""
    settings.MAILERS = ScriptedSmtp().mailers(backend=BACKEND)


@pytest.fixture
def nudger(monkeypatch):
    """A nudger without memories of earlier tests."""
    fresh = nudge.Nudger()
    monkeypatch.setattr(nudge, "_nudger", fresh)
    return fresh


@pytest.fixture
def broker_at(monkeypatch, nudger):
    """Point Celery at a port."""

    def point(port):
        monkeypatch.setitem(current_app.conf, "broker_url", f"redis://127.0.0.1:{port}/0")
        monkeypatch.setitem(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")

    return point


@pytest.fixture
def broker_down(broker_at):
    """Connections to the broker are refused."""
    broker_at(free_port())


@pytest.fixture
def mute_broker(broker_at):
    """A broker that takes connections and never says a word; yields its listening socket."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        broker_at(listening.getsockname()[1])
        yield listening


@pytest.fixture
def queue():
    """Queue one mail, with anything about it changed."""

    def put(**changes):
        values = {
            "kind": "test.mail",
            "to": ["customer@contoso.example"],
            "subject": "Hello",
            "text": "Plain words",
            "html": "<p>Rich words</p>",
            "reference": "1000001",
            "dedupe_key": "one",
            "now": NOW,
            **changes,
        }
        with transaction.atomic():
            return outbox.enqueue(**values)

    return put
