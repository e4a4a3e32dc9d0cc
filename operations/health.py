"""Health of what the portal stands on. Rooms declare probes; nobody who asks waits longer than ``PATIENCE``.

The time limits of client libraries do not cover everything (looking up a name, for one), so threads do the asking. One
that hangs is left alone, and until it ends nobody asks the same again: a dependency that hangs costs one thread.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from kit.texts import Text
from operations.bounds import bounded_queries

logger = logging.getLogger(__name__)
PATIENCE = 2.0
KEEP_SECONDS = 1.0
NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a probe found: a short word, whether that is well, and numbers or names that anybody may read."""

    state: str
    well: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to ask. ``needed_by`` says who cannot do without: «web» its pages, «work» the promises, «» nobody."""

    name: str
    check: Callable[[], Answer]
    says: Text
    needed_by: str = ""


class _Round:
    """One thread that asks probes one after the other, and what they said so far."""

    def __init__(self, probes: list[Probe], *, in_database: bool) -> None:
        self.started = time.monotonic()
        self.ended: float | None = None
        self._said: dict[str, Answer] = {}
        self._thread = threading.Thread(target=self._ask, args=(probes, in_database), name="health", daemon=True)
        self._thread.start()

    def answers(self, until: float) -> dict[str, Answer]:
        """What was said by the moment ``until`` of the monotonic clock. One that hangs for long is believed nothing."""
        self._thread.join(max(0.0, until - time.monotonic()))
        if self.ended is None and time.monotonic() - self.started > 2 * PATIENCE:
            return {}
        return dict(self._said)

    def _ask(self, probes: list[Probe], in_database: bool) -> None:
        try:
            for probe in probes:
                self._said[probe.name] = _answer_of(probe, in_database=in_database)
        finally:
            if in_database:
                connection.close()  # this thread's own
            self.ended = time.monotonic()


class _Asker:
    """Asks its probes anew when the last answers are no longer fresh and nobody is asking already."""

    def __init__(self, keep: float, *, in_database: bool) -> None:
        self.probes: list[Probe] = []
        self._keep = keep
        self._in_database = in_database
        self._lock = threading.Lock()
        self._round: _Round | None = None

    def round(self) -> _Round:
        """The round of questions that is under way or fresh; begins one otherwise."""
        with self._lock:
            last = self._round
            if last is None or (last.ended is not None and time.monotonic() > last.ended + self._keep):
                last = self._round = _Round(list(self.probes), in_database=self._in_database)
            return last

    def forget(self) -> None:
        """Ask anew next time."""
        with self._lock:
            self._round = None


def _answer_of(probe: Probe, *, in_database: bool) -> Answer:
    try:
        if not in_database:
            return probe.check()
        with bounded_queries():
            return probe.check()
    except Exception as error:
        logger.warning("%s does not answer: %s", probe.name, error)
        return Answer("away", well=False)


_askers: dict[str, _Asker] = {}
_order: list[Probe] = []
_DATABASE = "database"


def declare_probe(
    name: str,
    check: Callable[[], Answer],
    *,
    says: Text,
    needed_by: str = "",
    uses_database: bool = False,
    keep_seconds: float = KEEP_SECONDS,
) -> None:
    """Add a probe at start-up. ``says`` tells staff what it asks.

    Those that use the database share one thread and one connection, in the order they were declared. What a probe said
    is kept for ``keep_seconds`` in this process. Declaring a name again replaces the former probe.
    """
    probe = Probe(name, check, says, needed_by)
    _order[:] = [each for each in _order if each.name != name] + [probe]
    group = _DATABASE if uses_database else name
    if group not in _askers:
        _askers[group] = _Asker(keep_seconds, in_database=uses_database)
    asker = _askers[group]
    asker.probes = [each for each in asker.probes if each.name != name] + [probe]
    asker.forget()


def ask_all(*, needed_by: str = "") -> list[tuple[Probe, Answer]]:
    """Ask every probe at once, or those alone that «web» needs, and return within ``PATIENCE`` what each said."""
    wanted = [probe for probe in _order if not needed_by or probe.needed_by == needed_by]
    names = {probe.name for probe in wanted}
    askers = [asker for asker in _askers.values() if names & {probe.name for probe in asker.probes}]
    until = time.monotonic() + PATIENCE
    said: dict[str, Answer] = {}
    for asked in [asker.round() for asker in askers]:
        said |= asked.answers(until)
    silent = Answer(NO_ANSWER, well=False)
    return [(probe, said.get(probe.name, silent)) for probe in wanted]


def forget_answers() -> None:
    """Let the next question be asked anew, whatever was said a moment ago."""
    for asker in _askers.values():
        asker.forget()
