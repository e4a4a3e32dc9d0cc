"""How a sweep works off what is due: all of it, fairly, and past what fails."""

from datetime import timedelta

import pytest

from claims.deadlines import clock as clocks
from claims.deadlines.clock import Clock, work_off
from claims.models import StuckDeadline
from kit.errors import StaleRecord
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def clock_of(name, keys, *, bad=(), done=None):
    """A clock over ``keys`` that stay due until they are done; those in ``bad`` fail."""
    done = [] if done is None else done

    def due(*, now, most):
        return [key for key in keys if key not in done][:most]

    def act(key, *, now):
        if key in bad:
            raise RuntimeError(f"disk on fire at {key}")
        done.append(key)
        return True

    return Clock(name, due, act)


def test_more_than_a_batch_is_worked_off_in_one_sweep_clock_by_clock_in_turn(monkeypatch):
    monkeypatch.setattr(clocks, "BATCH", 2)
    done: list[str] = []
    pair = [clock_of("first", ["a1", "a2", "a3", "a4", "a5"], done=done), clock_of("second", ["b1"], done=done)]
    assert work_off(pair, now=NOW) == {"first": 5, "second": 1, "failed": 0, "left": 0}
    assert done == ["a1", "a2", "b1", "a3", "a4", "a5"]


def test_what_fails_is_counted_set_aside_longer_each_time_and_forgotten_once_it_is_due_no_more():
    done: list[int] = []
    broken = clock_of("clock", [1, 2, 3], bad={1}, done=done)
    assert work_off([broken], now=NOW) == {"clock": 2, "failed": 1, "left": 0}
    assert done == [2, 3]
    tried = {minutes: work_off([broken], now=NOW + minutes * MINUTE)["failed"] for minutes in (4, 5, 10, 14, 15)}
    assert tried == {4: 0, 5: 1, 10: 0, 14: 0, 15: 1}
    row = StuckDeadline.objects.get()
    assert (row.failures, row.since, row.error) == (3, NOW, "RuntimeError: disk on fire at 1")
    again = [clock_of("clock", [1, 9], bad={1}, done=done)]
    work_off(again, now=NOW + 40 * MINUTE)
    assert done == [2, 3, 9]
    assert work_off([clock_of("clock", [1])], now=NOW + 600 * MINUTE) == {"clock": 1, "failed": 0, "left": 0}
    assert work_off([clock_of("clock", [])], now=NOW + 601 * MINUTE)["failed"] == 0
    assert not StuckDeadline.objects.exists()


def test_what_moved_meanwhile_is_no_failure_and_a_clock_that_cannot_be_read_does_not_stop_the_others():
    def refuse(key, *, now):
        raise StaleRecord

    def unreadable(*, now, most):
        raise RuntimeError("no such column")

    trio = [Clock("raced", lambda now, most: [1], refuse), Clock("broken", unreadable, refuse), clock_of("well", [7])]
    assert work_off(trio, now=NOW) == {"raced": 0, "broken": 0, "well": 1, "failed": 1, "left": 0}
    assert not StuckDeadline.objects.exists()


def test_when_the_time_is_up_the_rest_is_counted_and_stays_for_the_next_sweep():
    done: list[int] = []
    full = clock_of("clock", [1, 2, 3], done=done)
    assert work_off([full], now=NOW, seconds=-1) == {"clock": 0, "failed": 0, "left": 3}
    assert work_off([full], now=NOW) == {"clock": 3, "failed": 0, "left": 0}
