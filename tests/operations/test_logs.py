"""Hostile values through real requests and a real task, and what stood in the log afterwards."""

import io
import json
import logging

import pytest
import structlog
from django.urls import reverse

from cpor_portal import serving
from cpor_portal.celery import app
from kit.logs import MaskingFormatter
from notifications.nudge import Nudger
from tests.factories import PASSWORD, MembershipFactory
from tests.support.processes import celery_worker, wait_until

TOKEN = "s3cr3t" + "x" * 37
SECRETS = (TOKEN, "s3cr3t", "zanzibar", "482913", PASSWORD, "203.0.113.7", "Mozilla")


@pytest.fixture
def written():
    """What a handler of the production kind writes, whatever the level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(MaskingFormatter(style="json"))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def user(db):
    return MembershipFactory(user__email="zanzibar@fabrikam.example", user__full_name="Zanzibar Zulu").user


def test_no_request_leaves_a_key_or_a_person_in_the_log(client, user, written, monkeypatch):
    visitor = {"REMOTE_ADDR": "203.0.113.7", "headers": {"User-Agent": "Mozilla", "Referer": f"/consent/{TOKEN}/"}}
    for path in (
        f"/consent/{TOKEN}/?code=482913",
        f"/consent/{TOKEN}/survey/",
        "/join/s3cr3t/",
        "/calendar/s3cr3t.ics",
        f"/accounts/password/reset/key/1a-{TOKEN}/",
        f"/nowhere/{TOKEN}",
        "/nowhere/zanzibar@fabrikam.example/?q=zanzibar",
        "/accounts/login/?next=/consent/s3cr3t/&email=zanzibar%40fabrikam.example",
    ):
        client.get(path, **visitor)
    for password in ("482913", PASSWORD):
        client.post(reverse("account_login"), {"login": user.email, "password": password}, **visitor)

    def fail(request):
        raise ValueError(f"nothing for {user.email} at {request.build_absolute_uri()}: {request.GET!r}")

    monkeypatch.setattr("cpor_portal.views.partner_home", fail)
    client.raise_request_exception = False
    answer = client.get("/?code=482913&token=s3cr3t", **visitor)
    lines = written()
    text = json.dumps(lines)
    for secret in SECRETS:
        assert secret.lower() not in text.lower(), secret
    ours = [line for line in lines if line.get("request_id") == answer.headers["X-Request-ID"]]
    assert {line["logger"] for line in ours} >= {"portal.requests", "django.request"}
    told = next(line for line in ours if line["logger"] == "portal.requests")
    assert (told["method"], told["path"], told["view"], told["status"], told["user_id"]) == (
        "GET",
        "/",
        "home",
        500,
        user.pk,
    )
    trouble = next(line for line in ours if "exception" in line)
    assert "ValueError: nothing for ***@fabrikam.example" in trouble["exception"]
    assert len({line["request_id"] for line in lines if line["logger"] == "portal.requests"}) == 11


@pytest.mark.django_db
def test_a_request_names_itself_believes_no_visitor_and_leaves_nothing_behind(client, written):
    answer = client.get("/healthz", headers={"X-Request-ID": "zanzibar"})
    assert len(answer.headers["X-Request-ID"]) == 32
    assert answer.headers["X-Request-ID"] != client.get("/healthz").headers["X-Request-ID"]
    assert [line["level"] for line in written() if line.get("view") == "healthz"] == ["debug", "debug"]
    assert structlog.contextvars.get_contextvars() == {}
    lines = client.get("/no%0Asuch%0Dplace/")
    assert lines.status_code == 404
    told = next(line for line in written() if line["logger"] == "portal.requests" and line["status"] == 404)
    assert told["path"] == "/no%0Asuch%0Dplace/"


@pytest.mark.real_clock
def test_a_task_tells_the_request_that_asked_for_it_and_hides_what_it_was_given(
    transactional_db, tmp_path, monkeypatch
):
    monkeypatch.setenv("LOG_FORMAT", "json")
    log = tmp_path / "worker.log"
    with celery_worker(log):
        structlog.contextvars.bind_contextvars(request_id="the-request-that-asked")
        try:
            Nudger().nudge()
            app.send_task("no.such.task", args=["zanzibar@fabrikam.example", f"/consent/{TOKEN}/", {"code": "482913"}])
        finally:
            structlog.contextvars.clear_contextvars()
        wait_until(lambda: "no.such.task" in log.read_text() and "succeeded" in log.read_text(), what="both tasks")
    text = log.read_text()
    for secret in SECRETS:
        assert secret not in text, secret
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    done = next(line for line in lines if "send_queued_mail" in line["event"] and "succeeded" in line["event"])
    assert done["request_id"] == "the-request-that-asked"
    assert done["task_id"] in done["event"]


def test_gunicorn_writes_like_the_portal_and_a_new_process_takes_the_place_of_one_that_ended(monkeypatch, tmp_path):
    assert serving.logconfig_dict["loggers"]["gunicorn.error"] == {"handlers": [], "propagate": True}
    assert serving.logconfig_dict["loggers"]["gunicorn.access"] == {"level": "CRITICAL"}  # it would hold IP addresses

    class Process:
        pass

    class Server:
        WORKERS = {}

    for number in range(3):
        serving.pre_fork(Server, worker := Process())
        Server.WORKERS[number] = worker
    assert [worker.place for worker in Server.WORKERS.values()] == [0, 1, 2]
    del Server.WORKERS[1]
    serving.pre_fork(Server, worker := Process())
    assert worker.place == 1
