"""Sweeps that are seen: each run of a periodic task leaves a note, also one that failed.

Notes are written outside the sweep's own transactions, by single statements that two runs at once cannot spoil. A note
that cannot be written is logged, and never keeps a sweep from its work.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kit.logs import mask_all
from operations.models import Outcome, Sweep, SweepRun
from operations.schedule import Scheduled, scheduled

logger = logging.getLogger(__name__)
LOG_PAGE = 25
_BATCH = 5_000


class State(models.TextChoices):
    """How a sweep stands. Late outranks failed: its work has not been done for too long."""

    ON_TIME = "on_time", gettext_lazy("On time")
    WAITING = "waiting", gettext_lazy("Not run yet")
    FAILED = "failed", gettext_lazy("Failed")
    LATE = "late", gettext_lazy("Late")


@dataclass(frozen=True, slots=True)
class Standing:
    """One scheduled sweep and what its row says at one moment. ``row`` is None before the first migration or run."""

    scheduled: Scheduled
    row: Sweep | None
    state: State
    age: timedelta | None

    @property
    def is_running(self) -> bool:
        """It began and has not ended; also when its process was killed meanwhile."""
        row = self.row
        if row is None or row.last_started_at is None:
            return False
        return row.last_finished_at is None or row.last_finished_at < row.last_started_at


def swept[**P](name: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Decorator for the function of a periodic task: note when it starts and ends, and with what.

    What the task returns is kept as its counts: a dict of numbers, or a number. A failure is noted with one short
    masked sentence and raised again. ``name`` is that of the Celery task, a key of ``settings.SWEEPS``.
    """

    def decorate(task: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(task)
        def noted(*args: P.args, **kwargs: P.kwargs) -> Any:
            started = timezone.now()
            _surely(note_start, name, now=started)
            try:
                result = task(*args, **kwargs)
            except Exception as error:
                _surely(note_failure, name, error=error, started=started, now=timezone.now())
                raise
            _surely(note_success, name, counts=_counts(result), started=started, now=timezone.now())
            return result

        setattr(noted, "sweep_name", name)  # noqa: B010  (functions declare no attributes)
        return noted

    return decorate


def register_sweeps(*, now: datetime, using: str = "default") -> None:
    """Write a row for each scheduled sweep that has none, known from ``now`` on. Called after every migration."""
    rows = [Sweep(name=each.name, known_since=now) for each in scheduled()]
    Sweep.objects.using(using).bulk_create(rows, ignore_conflicts=True)


def wait_anew(*, now: datetime) -> None:
    """Count the time of sweeps that never ran from ``now`` on: only now are the processes started that run them."""
    Sweep.objects.filter(last_started_at=None).update(known_since=now)


def note_start(name: str, *, now: datetime) -> None:
    """Write down that a run began."""
    rows = Sweep.objects.filter(name=name)
    if not rows.update(last_started_at=Greatest("last_started_at", now)):
        Sweep.objects.get_or_create(name=name, defaults={"known_since": now, "last_started_at": now})


def note_success(name: str, *, counts: Mapping[str, int], started: datetime, now: datetime) -> None:
    """Write down that a run came to its end; one that did something gets a row in the log too."""
    changes = {"last_succeeded_at": Greatest("last_succeeded_at", now), "last_counts": dict(counts)}
    _note_end(name, Outcome.OK, now=now, **changes)
    if any(counts.values()):
        _log(name, Outcome.OK, started=started, now=now, counts=dict(counts))


def note_failure(name: str, *, error: Exception, started: datetime, now: datetime) -> None:
    """Write down that a run failed and why, without secrets and personal data, and put it into the log."""
    sentence = sentence_about(error)
    _note_end(name, Outcome.FAILED, now=now, last_error=sentence, failures=F("failures") + 1, last_counts={})
    _log(name, Outcome.FAILED, started=started, now=now, error=sentence)


def sentence_about(error: Exception) -> str:
    """The kind of an error and the first line of what it says, masked, at most 300 characters."""
    first = next(iter(str(error).splitlines()), "")
    return mask_all(f"{type(error).__name__}: {first}" if first else type(error).__name__)[:300]


def standings(*, now: datetime) -> list[Standing]:
    """How every scheduled sweep stands. One query."""
    rows = {row.name: row for row in Sweep.objects.all()}
    return [_standing(each, rows.get(each.name), now=now) for each in scheduled()]


def log_page(*, before: int | None = None, size: int = LOG_PAGE) -> tuple[list[SweepRun], int | None]:
    """The newest runs of the log, or those before the key ``before``; and the key of the next page, if there is one."""
    runs = SweepRun.objects.select_related("sweep").order_by("-pk")
    if before is not None:
        runs = runs.filter(pk__lt=before)
    found = list(runs[: size + 1])
    return found[:size], (found[size - 1].pk if len(found) > size else None)


def forget_old_runs(*, now: datetime) -> int:
    """Delete what the log has held for longer than ``SWEEP_LOG_DAYS``, oldest first, and return how many rows."""
    until, deleted = now - timedelta(days=settings.SWEEP_LOG_DAYS), 0
    while True:
        old = SweepRun.objects.filter(finished_at__lt=until).order_by("finished_at")[:_BATCH]
        gone, _ = SweepRun.objects.filter(pk__in=old.values("pk")).delete()
        deleted += gone
        if gone < _BATCH:
            return deleted


def _standing(each: Scheduled, row: Sweep | None, *, now: datetime) -> Standing:
    if row is None:
        return Standing(each, None, State.WAITING, None)
    good = row.last_succeeded_at
    age = now - good if good else None
    if now - (good or row.known_since) > each.patience:
        return Standing(each, row, State.LATE, age)
    if row.last_outcome == Outcome.FAILED:
        return Standing(each, row, State.FAILED, age)
    return Standing(each, row, State.ON_TIME if good else State.WAITING, age)


def _note_end(name: str, outcome: Outcome, *, now: datetime, **changes: Any) -> None:
    ended = {"last_finished_at": Greatest("last_finished_at", now), "last_outcome": outcome, "runs": F("runs") + 1}
    Sweep.objects.filter(name=name).update(**ended, **changes)


def _log(name: str, outcome: Outcome, *, started: datetime, now: datetime, **said: Any) -> None:
    sweep_id = Sweep.objects.values_list("pk", flat=True).get(name=name)
    SweepRun.objects.create(sweep_id=sweep_id, started_at=started, finished_at=now, outcome=outcome, **said)


def _counts(result: Any) -> dict[str, int]:
    """What a task returned, as counts by name; a bare number is «done»."""
    if isinstance(result, Mapping):
        return {str(key): int(value) for key, value in result.items() if isinstance(value, int)}
    return {"done": int(result)} if isinstance(result, int) else {}


def _surely(note: Callable[..., None], name: str, **facts: Any) -> None:
    """Write a note. A connection that broke during the sweep is given up first; a failure is logged."""
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        note(name, **facts)
    except Exception:
        logger.exception("sweep %s could not be noted", name)
