"""A mail server that takes connections and says nothing: everything else of the portal goes on.

``python -m tests.faults.hanging_figures`` does the same for minutes, with beat's own pace.
"""

import socket
import time

import pytest
from django.db import transaction
from django.utils import timezone

from claims.tasks import sweep_deadlines
from demo.ports import LOOPBACK
from notifications import nudge
from notifications.outbox import enqueue
from notifications.tasks import send_queued_mail
from operations.models import Sweep
from tests.support.processes import celery_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock]
MOST_SECONDS = 5


@pytest.fixture
def mute_server(settings):
    with socket.create_server((LOOPBACK, 0)) as listening:
        port = listening.getsockname()[1]
        options = {"host": LOOPBACK, "port": port}
        settings.MAILERS = {"default": {"BACKEND": "notifications.smtp.TellingSmtpBackend", "OPTIONS": options}}
        yield listening


def queue_one(number):
    with transaction.atomic():
        enqueue(
            kind="test.mail", to=["somebody@x.example"], subject="Hello", text="Hello", html="<p>Hello</p>", reference="1",
            dedupe_key=str(number), now=timezone.now(),
        )  # fmt: skip


def test_deadlines_are_swept_on_time_by_the_same_two_children(mute_server, tmp_path, monkeypatch):
    monkeypatch.setattr(nudge, "_nudger", nudge.Nudger())
    with celery_worker(tmp_path / "worker.log", children=2):
        for number in range(6):
            queue_one(number)
            send_queued_mail.delay()
        connection, _ = mute_server.accept()  # the sender waits for the server's first word from here on
        for _ in range(2):
            asked, began = timezone.now(), time.monotonic()
            sweep_deadlines.delay()
            done = Sweep.objects.filter(name="claims.sweep_deadlines", last_succeeded_at__gt=asked)
            wait_until(done.exists, seconds=MOST_SECONDS, what="the sweep of deadlines")
            assert time.monotonic() - began < MOST_SECONDS
        connection.close()
