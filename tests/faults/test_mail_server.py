"""A mail server in trouble with some mails: they are retried or failed as designed, and the others leave at once.

``python -m tests.faults.mail_figures`` does the same with 50 mails of each kind, and kills workers.
"""

import time

import pytest
from django.db import transaction
from django.utils import timezone

from demo.ports import LOOPBACK, free_port
from notifications.delivery import DELAYS
from notifications.models import OutgoingEmail
from notifications.outbox import enqueue
from notifications.sending import TRIES_IN_VAIN
from notifications.tasks import send_queued_mail
from tests.faults.troubled_smtp import TroubledSmtp

Status = OutgoingEmail.Status
TIMEOUT = 0.5
MAILS = 5

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    port = free_port()
    options = {"host": LOOPBACK, "port": port, "timeout": TIMEOUT}
    settings.MAILERS = {"default": {"BACKEND": "notifications.smtp.TellingSmtpBackend", "OPTIONS": options}}
    troubled = TroubledSmtp()
    controller = troubled.listening(port)
    yield troubled
    controller.stop()


def queue(who):
    with transaction.atomic():
        for number in range(MAILS):
            enqueue(
                kind="test.mail", to=[f"{who}{number}@x.example"], subject="Hello", text="Hello", html="<p>Hello</p>",
                reference="1", dedupe_key=f"{who}{number}", now=timezone.now(),
            )  # fmt: skip


@pytest.mark.parametrize(("trouble", "waits"), [("later", 0), ("never", 0), ("reset", 0), ("hang", TIMEOUT)])
def test_mails_that_the_server_will_not_take_hold_nobody_up(server, trouble, waits):
    queue(trouble)
    queue("fine")
    began = time.monotonic()
    assert send_queued_mail() == MAILS
    assert time.monotonic() - began < 10 + waits * (TRIES_IN_VAIN + 2)
    assert sorted(each["to"] for each in server.took) == [f"fine{number}@x.example" for number in range(MAILS)]
    rows = list(OutgoingEmail.objects.filter(to__0__startswith=trouble).order_by("pk"))
    tried = [mail for mail in rows if mail.attempts]
    assert 0 < len(tried) <= MAILS
    assert {mail.status for mail in rows} == {Status.FAILED if trouble == "never" else Status.QUEUED}
    assert {mail.attempts for mail in tried} == {1}
    assert {mail.mishaps for mail in rows} == {0}
    if trouble != "never":  # tried again when their time has come, not before
        soonest = min(mail.next_attempt_at for mail in tried)
        assert soonest > timezone.now() + DELAYS[0] / 2
        assert send_queued_mail() == 0
        assert OutgoingEmail.objects.filter(attempts__gt=1).count() == 0
