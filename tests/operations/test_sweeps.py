"""Each run of a sweep leaves a note, also one that fails; and lateness is judged to the second."""

import threading
from datetime import timedelta

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import OperationalError
from django.utils import timezone

from accounts.models import User
from cpor_portal.celery import app
from operations.models import Outcome, Sweep, SweepRun
from operations.sweeps import (
    State,
    forget_old_runs,
    log_page,
    note_failure,
    note_start,
    note_success,
    register_sweeps,
    standings,
    swept,
    wait_anew,
)
from tests.factories import NOW, UserFactory

NAME = "claims.sweep_deadlines"  # every 5 minutes: late after 16
LIMIT = timedelta(minutes=16)
TOKEN = "q9" * 21 + "z"


def the_sweep():
    return Sweep.objects.get(name=NAME)


def state_at(now):
    return next(each.state for each in standings(now=now) if each.scheduled.name == NAME)


def test_every_sweep_of_the_schedule_is_noted_and_every_noted_one_is_scheduled():
    app.loader.import_default_modules()
    noted = {name: getattr(task.run, "sweep_name", None) for name, task in app.tasks.items()}
    noted = {name: sweep for name, sweep in noted.items() if sweep}
    assert noted == {name: name for name in settings.SWEEPS}
    at_night = crontab(hour=3, minute=30)
    beat = {name: (entry["task"], entry["schedule"]) for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}
    every = {name: at_night if seconds == 86400 else seconds for name, (seconds, _) in settings.SWEEPS.items()}
    assert beat == {name: (name, interval) for name, interval in every.items()}
    assert all(does.endswith(".") for _, does in settings.SWEEPS.values())


def test_a_run_that_nobody_began_by_the_time_of_the_next_is_dropped():
    expires = {name: entry["options"]["expires"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}
    assert expires == {name: seconds for name, (seconds, _) in settings.SWEEPS.items()}


def test_mail_has_a_queue_of_its_own_and_a_plain_worker_serves_both():
    routed = {name: app.amqp.router.route({}, name)["queue"].name for name in settings.SWEEPS}
    assert {name for name, queue in routed.items() if queue == "mail"} == {"notifications.send_queued_mail"}
    assert set(routed.values()) == set(app.amqp.queues) == {"celery", "mail"}


@pytest.mark.django_db
def test_a_run_is_noted_and_logged_when_it_did_something():
    SweepRun.objects.all().delete()
    assert swept(NAME)(lambda: {"lapsed": 0, "reminded": 0})() == {"lapsed": 0, "reminded": 0}
    quiet = the_sweep()
    assert (quiet.runs, quiet.last_outcome, quiet.last_counts) == (1, Outcome.OK, {"lapsed": 0, "reminded": 0})
    assert quiet.last_started_at <= quiet.last_finished_at == quiet.last_succeeded_at
    assert not SweepRun.objects.exists()
    swept(NAME)(lambda: {"lapsed": 2, "names": "left out"})()
    swept(NAME)(lambda: 7)()
    assert [run.counts for run in SweepRun.objects.order_by("pk")] == [{"lapsed": 2}, {"done": 7}]
    assert the_sweep().last_counts == {"done": 7}


@pytest.mark.django_db(transaction=True)
def test_a_failing_run_is_noted_without_secrets_though_its_own_work_is_undone():
    person = UserFactory(full_name="Before")

    def fail():
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(full_name="After")
            raise ValueError(f"no answer for ola@fabrikam.example at /consent/{TOKEN}/\nand a second line")

    with pytest.raises(ValueError, match="no answer"):
        swept(NAME)(fail)()
    person.refresh_from_db()
    assert person.full_name == "Before"
    failed, run = the_sweep(), SweepRun.objects.get()
    assert (failed.last_outcome, failed.failures, failed.runs, failed.last_succeeded_at) == ("failed", 1, 1, None)
    assert failed.last_error == run.error == "ValueError: no answer for ***@fabrikam.example at /consent/***/"


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_connection_broke_is_noted_over_a_new_one():
    def break_the_connection():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError):
        swept(NAME)(break_the_connection)()
    assert the_sweep().last_outcome == Outcome.FAILED
    assert SweepRun.objects.get().error.startswith("OperationalError")


@pytest.mark.django_db
def test_a_note_that_cannot_be_written_keeps_no_sweep_from_its_work(monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("operations.sweeps.note_start", refuse)
    monkeypatch.setattr("operations.sweeps.note_success", refuse)
    assert swept(NAME)(lambda: 3)() == 3
    assert "could not be noted" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_are_all_counted_and_never_move_a_note_back():
    Sweep.objects.all().delete()  # the first note writes the row, in several threads at once
    results = []

    def run():
        try:
            results.extend(swept(NAME)(lambda: 1)() for _ in range(5))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == the_sweep().runs == SweepRun.objects.count() == 20
    later = timezone.now() + timedelta(hours=1)
    note_success(NAME, counts={}, started=later, now=later)
    earlier = later - timedelta(days=1)
    note_success(NAME, counts={}, started=earlier, now=earlier)
    note_start(NAME, now=earlier)
    assert the_sweep().last_succeeded_at == the_sweep().last_finished_at == later


@pytest.mark.django_db
def test_a_sweep_is_late_to_the_second_counted_from_its_last_good_end():
    Sweep.objects.all().delete()
    assert state_at(NOW) == State.WAITING
    register_sweeps(now=NOW)
    register_sweeps(now=NOW + LIMIT)  # another migration does not give it more time
    assert state_at(NOW + LIMIT) == State.WAITING
    assert state_at(NOW + LIMIT + timedelta(seconds=1)) == State.LATE
    wait_anew(now=NOW + LIMIT)
    assert state_at(NOW + 2 * LIMIT) == State.WAITING
    good = NOW + timedelta(hours=1)
    note_start(NAME, now=good)
    note_success(NAME, counts={}, started=good, now=good)
    assert state_at(good + LIMIT) == State.ON_TIME
    note_failure(NAME, error=ValueError("x"), started=good, now=good + LIMIT)
    wait_anew(now=good + LIMIT)
    assert state_at(good + LIMIT) == State.FAILED
    assert state_at(good + LIMIT + timedelta(seconds=1)) == State.LATE  # runs that fail do not do its work
    note_success(NAME, counts={}, started=good, now=good + 2 * LIMIT)
    assert state_at(good + 2 * LIMIT) == State.ON_TIME


@pytest.mark.django_db
def test_the_log_is_paged_by_key_and_forgets_what_is_old(settings, django_assert_num_queries):
    settings.SWEEP_LOG_DAYS = 90
    SweepRun.objects.all().delete()
    for days in (91, 90, 3, 2, 1):
        at = NOW - timedelta(days=days)
        note_success(NAME, counts={"lapsed": days}, started=at, now=at)
    assert forget_old_runs(now=NOW) == 1
    with django_assert_num_queries(1):
        first, key = log_page(size=3)
        assert [run.counts["lapsed"] for run in first] == [1, 2, 3]
        assert {run.sweep.name for run in first} == {NAME}
    rest, end = log_page(before=key, size=3)
    assert ([run.counts["lapsed"] for run in rest], end) == ([90], None)
