"""The real parts that other tests rely on do what their fixtures promise."""

import smtplib
import subprocess
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.mail import EmailMessage, send_mail
from django.db import connection

from tests.support.s3 import S3Endpoint
from tests.support.smtp import SmtpServer


def send(*to: str) -> None:
    send_mail("Hello", "Text", "from@portal.example", list(to))


def test_mail_reaches_the_server(smtp_server: SmtpServer) -> None:
    send("to@contoso.example")
    (received,) = smtp_server.received
    assert received.recipients == ["to@contoso.example"]
    assert received.body("plain").strip() == "Text"


@pytest.mark.parametrize("answer", ["451 Try later", "554 Never"])
def test_the_server_answers_as_told(smtp_server: SmtpServer, answer: str) -> None:
    smtp_server.answer_with(answer)
    with pytest.raises(smtplib.SMTPDataError, match=answer[:3]):
        send("to@contoso.example")
    assert smtp_server.offered == 1
    assert smtp_server.received == []
    smtp_server.accept()
    send("to@contoso.example")
    assert len(smtp_server.received) == 1


def test_the_server_refuses_one_of_two(smtp_server: SmtpServer) -> None:
    smtp_server.refuse("gone@contoso.example")
    with pytest.raises(smtplib.SMTPException):
        EmailMessage("Hello", "Text", "f@x.example", ["to@contoso.example", "gone@contoso.example"]).send()
    assert smtp_server.received[0].recipients == ["to@contoso.example"]


def test_the_server_hangs_until_the_client_gives_up(smtp_server: SmtpServer, settings: Any) -> None:
    settings.MAILERS["default"]["OPTIONS"]["timeout"] = 0.3
    smtp_server.hang()
    with pytest.raises(OSError, match="timed out"):
        send("to@contoso.example")


def test_documents_are_kept_in_the_bucket(s3_endpoint: S3Endpoint) -> None:
    storage = storages["default"]
    name = storage.save("a/b.pdf", ContentFile(b"content"))
    assert storage.open(name).read() == b"content"
    assert s3_endpoint.bucket in storage.url(name)
    storage.delete(name)
    assert not storage.exists(name)


@pytest.mark.django_db
def test_each_worker_has_its_own_database() -> None:
    assert connection.settings_dict["NAME"].startswith("test_portal")
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        assert cursor.fetchone() == ("off",)


def test_a_real_worker_runs(celery_worker_process: "subprocess.Popen[bytes]") -> None:
    from cpor_portal.celery import app

    answers = app.control.ping(timeout=5, limit=1)
    assert [answer for one in answers for answer in one.values()] == [{"ok": "pong"}]


@pytest.mark.journey
def test_a_browser_reads_pages_of_the_live_server(page: Any, live_server: Any) -> None:
    answer = page.goto(f"{live_server.url}/healthz")
    assert answer.status == 200
    assert page.inner_text("body") == "ok"
