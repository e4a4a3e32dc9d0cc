"""The page «Operations» in words: how sweeps stand, what the probes said, what sweeps did lately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext

from operations.health import Answer, Probe, ask_all
from operations.models import SweepRun
from operations.sweeps import Standing, State, log_page, standings

TONES = {State.ON_TIME: "success", State.WAITING: "", State.FAILED: "warning", State.LATE: "danger"}
_LONGEST_KEY = 18


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One sweep as the page prints it."""

    standing: Standing
    tone: str
    ago: str
    did: str


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """One probe and its answer as the page prints them."""

    probe: Probe
    state: str
    tone: str
    says: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """One run of the log."""

    run: SweepRun
    did: str
    took: str


def operations_page(*, now: datetime, before: str = "") -> dict[str, Any]:
    """All that the page shows. Two queries, and the probes, which answer within two seconds.

    ``before`` is the key of the log's page as it stands in the address; anything that is no key means the first page.
    """
    rows = [_sweep_row(each, now=now) for each in standings(now=now)]
    key = int(before) if before.isascii() and before.isdigit() and len(before) <= _LONGEST_KEY else None
    runs, next_key = log_page(before=key)
    return {
        "sweeps": rows,
        "trouble": [row for row in rows if row.standing.state in {State.LATE, State.FAILED}],
        "probes": [_probe_row(probe, answer) for probe, answer in ask_all()],
        "log": [LogRow(run, counts_in_words(run.counts), _took(run)) for run in runs],
        "next_key": next_key,
        "is_first": key is None,
    }


def counts_in_words(counts: Mapping[str, int]) -> str:
    """What a run did: «3 lapsed, 1 reminded»; empty when it did nothing."""
    return ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items() if number)


def in_words(duration: timedelta) -> str:
    """A duration by its largest unit: «4 minutes»."""
    seconds = max(0, int(duration.total_seconds()))
    if number := seconds // 86400:
        return ngettext("{number:,} day", "{number:,} days", number).format(number=number)
    if number := seconds // 3600:
        return ngettext("{number} hour", "{number} hours", number).format(number=number)
    if number := seconds // 60:
        return ngettext("{number} minute", "{number} minutes", number).format(number=number)
    return ngettext("{number} second", "{number} seconds", seconds).format(number=seconds)


def ago_in_words(duration: timedelta) -> str:
    """How long ago something was: «4 minutes ago»."""
    return gettext("{duration} ago").format(duration=in_words(duration))


def _sweep_row(standing: Standing, *, now: datetime) -> SweepRow:
    ended = standing.row.last_finished_at if standing.row else None
    ago = ago_in_words(now - ended) if ended else ""
    did = counts_in_words(standing.row.last_counts) if standing.row else ""
    return SweepRow(standing, TONES[standing.state], ago, did)


def _probe_row(probe: Probe, answer: Answer) -> ProbeRow:
    state = "OK" if answer.state == "ok" else answer.state.capitalize()
    tone = "success" if answer.state == "ok" else ""
    if not answer.well:
        tone = "danger" if probe.needed_by else "warning"
    return ProbeRow(probe, state, tone, " ".join(_fact(name, value) for name, value in answer.facts.items()))


def _fact(name: str, value: Any) -> str:
    match name:
        case "oldest_due_seconds":
            return (
                gettext("The oldest message that is due waits for {duration}.").format(
                    duration=in_words(timedelta(seconds=value))
                )
                if value
                else ""
            )
        case "last_ended_seconds_ago":
            return gettext("The last run ended {duration} ago.").format(duration=in_words(timedelta(seconds=value)))
        case "signature_days":
            return ngettext(
                "Its newest signatures are {number} day old.", "Its newest signatures are {number} days old.", value
            ).format(number=value)
        case "late":
            return gettext("Late: {sweeps}.").format(sweeps=", ".join(value))
        case "missing":
            return gettext("{number} migrations have not run.").format(number=value)
        case _:
            return f"{name.replace('_', ' ').capitalize()}: {value}."


def _took(run: SweepRun) -> str:
    took = run.finished_at - run.started_at
    return in_words(took) if took >= timedelta(seconds=1) else gettext("under a second")
