"""What /healthz and /readyz say, to whom, and how long that takes when something hangs."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from django.utils import timezone

from cpor_portal.celery import app
from notifications.models import OutgoingEmail
from operations import health, probes
from operations.models import Sweep
from tests.support.clamd import clamd_server

NAMES = {"database", "migrations", "sweeps", "broker", "mail", "storage", "scanner"}


def ask(client, path="/readyz"):
    health.forget_answers()
    answer = client.get(path)
    return answer.status_code, answer.json()["checks"], answer


def test_an_installation_that_does_its_work_is_ready(client, on_time):
    status, checks, answer = ask(client)
    assert (status, answer.json()["ready"]) == (200, True)
    assert checks.keys() == NAMES
    assert {name: check["state"] for name, check in checks.items()} == dict.fromkeys(NAMES, "ok") | {
        "scanner": "not installed"
    }
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.post("/readyz").status_code == 405
    assert ask(client, "/readyz?for=web")[1].keys() == {"database", "migrations"}


def test_a_fresh_installation_is_ready_and_one_whose_sweep_is_late_is_not(client, on_time):
    Sweep.objects.update(known_since=timezone.now(), last_succeeded_at=None, last_finished_at=None, last_outcome="")
    assert ask(client)[0] == 200
    Sweep.objects.filter(name="claims.sweep_deadlines").update(known_since=timezone.now() - timedelta(minutes=17))
    status, checks, _ = ask(client)
    assert (status, checks["sweeps"]) == (503, {"state": "late", "late": ["claims.sweep_deadlines"]})
    assert ask(client, "/readyz?for=web")[0] == 200  # its pages are as good as ever


def test_mail_that_is_due_and_does_not_leave_is_told(client, on_time):
    now = timezone.now()
    mail = OutgoingEmail.objects.create(
        kind="account", to=["ola@fabrikam.example"], subject="Hello", text="x", html="", dedupe_key="x", created_at=now,
        message_id="<x@y>", next_attempt_at=now + timedelta(hours=1),
    )  # fmt: skip
    assert ask(client)[1]["mail"] == {"state": "ok", "oldest_due_seconds": 0}  # it waits for its next attempt
    OutgoingEmail.objects.filter(pk=mail.pk).update(next_attempt_at=now - timedelta(seconds=1000))
    status, checks, answer = ask(client)
    assert (status, checks["mail"]["state"]) == (503, "late")
    assert 1000 <= checks["mail"]["oldest_due_seconds"] < 1060
    assert "fabrikam" not in answer.content.decode()
    OutgoingEmail.objects.filter(pk=mail.pk).update(status="withheld")
    assert ask(client)[0] == 200


def test_what_is_away_is_named_without_addresses(client, on_time, monkeypatch):
    real = app.connection_for_write
    monkeypatch.setattr(app, "connection_for_write", lambda url=None, **kwargs: real("redis://127.0.0.1:1/0", **kwargs))
    status, checks, _ = ask(client)
    assert (status, checks["broker"]["state"]) == (200, "away")  # pages work without it, and nothing is lost

    def refuse(*args, **kwargs):
        raise OperationalError("connection to server at 10.1.2.3, user portal, password=h3mlig failed")

    monkeypatch.setattr("cpor_portal.probes._directory_answers", refuse)
    status, checks, _ = ask(client)
    assert (status, checks["storage"]["state"]) == (503, "away")
    with monkeypatch.context() as patch:
        patch.setattr(DatabaseWrapper, "get_new_connection", refuse)
        status, checks, answer = ask(client, "/readyz")
        assert (status, {checks[name]["state"] for name in ("database", "mail", "sweeps")}) == (503, {"away"})
        assert ask(client, "/readyz?for=web")[0] == 503
        assert client.get("/healthz").content == b"ok"
    for secret in ("10.1.2.3", "h3mlig", "127.0.0.1", "portal"):
        assert secret not in answer.content.decode()


def test_a_dependency_that_hangs_costs_one_thread_and_no_patience(client, on_time, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    for place in ("_askers", "_order"):
        monkeypatch.setattr(health, place, getattr(health, place).copy())
    asked, free = [], threading.Event()

    def hang():
        asked.append(1)
        free.wait(30)
        return health.Answer("ok")

    health.declare_probe("hanging", hang, says="It hangs.", needed_by="work")
    try:
        for _ in range(3):
            started = time.monotonic()
            answer = client.get("/readyz")
            assert answer.status_code == 503
            assert answer.json()["checks"]["hanging"] == {"state": "no answer"}
            assert time.monotonic() - started < 2
        assert asked == [1]
    finally:
        free.set()


@pytest.mark.django_db
def test_missing_migrations_are_told_until_they_have_run(monkeypatch):
    monkeypatch.setattr(probes, "_migrated", [])
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("operations", "0001_initial")
    assert probes.migrations_applied() == health.Answer("missing", well=False, facts={"missing": 1})
    recorder.record_applied("operations", "0001_initial")
    assert probes.migrations_applied() == health.Answer("ok")
    assert probes._migrated == [True]


def test_a_scanner_that_is_away_or_has_old_signatures_is_told_and_none_at_all_is_well(client, on_time, settings):
    with clamd_server() as clamd:
        settings.CLAMD_URL = clamd.url
        clamd.version = f"ClamAV 1.4.6/27812/{timezone.now() - timedelta(days=7, hours=5):%a %b %d %H:%M:%S %Y}"
        status, checks, _ = ask(client)
        assert (status, checks["scanner"]) == (200, {"state": "ok", "signature_days": 7})
        clamd.version = f"ClamAV 1.4.6/27812/{timezone.now() - timedelta(days=8, hours=5):%a %b %d %H:%M:%S %Y}"
        status, checks, _ = ask(client)
        assert (status, checks["scanner"]) == (503, {"state": "old signatures", "signature_days": 8})
        clamd.version = "ClamAV 1.4.6"
        status, checks, _ = ask(client)
        assert (status, checks["scanner"]["state"]) == (503, "no signatures")
    status, checks, answer = ask(client)
    assert (status, checks["scanner"]["state"]) == (503, "away")
    assert settings.CLAMD_URL.rpartition(":")[2] not in answer.content.decode()
    assert ask(client, "/readyz?for=web")[0] == 200
    settings.CLAMD_URL = ""
    assert ask(client)[0] == 200
