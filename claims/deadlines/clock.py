"""One clock: which rows are due, and what happens to each. All clocks of one sweep share its time fairly."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from claims.models import StuckDeadline
from kit.errors import RuleViolation
from operations.sweeps import sentence_about

logger = logging.getLogger(__name__)
BATCH = 500
MOST = 50_000  # keys that one sweep looks up for a clock: more than it can work off
PATIENCE = 200.0  # seconds of one sweep; Celery ends it after 300
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Clock:
    """``due`` finds the keys of the rows whose moment has come, oldest first; ``act`` lets one take effect.

    ``act`` has a transaction of its own, asks again under a lock whether the row is due, and says whether it did anything.
    """

    name: str
    due: Callable[..., Sequence[Any]]
    act: Callable[..., bool]


def work_off(clocks: Iterable[Clock], *, now: datetime, seconds: float = PATIENCE) -> dict[str, int]:
    """Work off what is due on each clock, in turns of one batch, until nothing is left or ``seconds`` have passed.

    Returns how many of each took effect, how many «failed», and how many were «left» for the next sweep. A row that
    fails is logged and set aside, longer each time, so it neither stops the others nor stands at the head for ever.
    Raises OperationalError when the database has gone away, as nothing more can be done then.
    """
    until = time.monotonic() + seconds
    clocks = list(clocks)
    counts = {clock.name: 0 for clock in clocks} | {"failed": 0, "left": 0}
    waiting = {clock: deque(_keys_of(clock, now=now, counts=counts)) for clock in clocks}
    while any(waiting.values()):
        for clock, keys in waiting.items():
            for _ in range(min(BATCH, len(keys))):
                if time.monotonic() > until:
                    counts["left"] = sum(map(len, waiting.values()))
                    return counts
                _let_happen(clock, keys.popleft(), now=now, counts=counts)
    return counts


def _keys_of(clock: Clock, *, now: datetime, counts: dict[str, int]) -> list[Any]:
    try:
        return _without_stuck(clock, clock.due(now=now, most=MOST), now=now)
    except Exception:
        _give_up_without_database()
        logger.exception("nobody knows what is due on the clock %s", clock.name)
        counts["failed"] += 1
        return []


def _let_happen(clock: Clock, key: Any, *, now: datetime, counts: dict[str, int]) -> None:
    try:
        counts[clock.name] += clock.act(key, now=now)
    except RuleViolation as refusal:
        logger.info("%s of %s met a change: %s", clock.name, key, refusal.message)
    except Exception as error:
        _give_up_without_database()
        logger.exception("%s of %s failed", clock.name, key)
        counts["failed"] += 1
        _set_aside(clock, key, error=error, now=now)


def _give_up_without_database() -> None:
    """A deadlock is the fault of one row, a server that is gone ends the sweep."""
    if not connection.in_atomic_block and not connection.is_usable():
        raise OperationalError("The database has gone away.")  # unread


def _set_aside(clock: Clock, key: Any, *, error: Exception, now: datetime) -> None:
    """Try the row again after 5 minutes, then 10, 20 and so on, at most 6 hours later."""
    with transaction.atomic():
        row, is_new = StuckDeadline.objects.select_for_update().get_or_create(
            clock=clock.name,
            key=str(key),
            defaults={"since": now, "retry_at": now + _FIRST_PAUSE, "error": sentence_about(error)},
        )
        if not is_new:
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(row.failures, 10))
            row.failures, row.error, row.retry_at = row.failures + 1, sentence_about(error), now + pause
            row.save(update_fields=["failures", "error", "retry_at"])


def _without_stuck(clock: Clock, keys: Sequence[Any], *, now: datetime) -> list[Any]:
    """The keys that are not set aside, those never tried first. What stood aside and is due no more is forgotten."""
    stuck = {row.key: row for row in StuckDeadline.objects.filter(clock=clock.name)}
    if not stuck:
        return list(keys)
    due = {str(key) for key in keys}
    over = [row.pk for key, row in stuck.items() if key not in due]
    if over and len(keys) < MOST:
        StuckDeadline.objects.filter(pk__in=over).delete()
    fresh = [key for key in keys if str(key) not in stuck]
    return fresh + [key for key in keys if str(key) in stuck and stuck[str(key)].retry_at <= now]
