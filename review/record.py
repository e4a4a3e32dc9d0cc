"""What happened to a claim as staff read it: its history, and between its rows who had it when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.translation import gettext

from claims.enums import ClaimAction
from claims.history import Told, tell_reviewer
from claims.models import ClaimEvent
from review.models import Assignment
from review.rows import moment_in, name_at, rows_along

Kind = Assignment.Kind
_MOST = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the record. ``internal`` rows are assignments, which no partner reads."""

    at: datetime
    who: str
    sentence: str
    details: list[str] = field(default_factory=list)
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Dispute:
    """Why the partner disputes, and what it disputes (Q49)."""

    said: Told
    rejection: Told | None


def assignments_along() -> ArraySubquery:
    """A column of claims: their newest assignments, for ``record_of`` and ``held_since``."""
    newest = Assignment.objects.filter(claim=OuterRef("pk")).order_by("-at", "-pk")[:_MOST]
    names = {"reviewer": name_at("reviewer"), "before": name_at("before"), "by": name_at("by")}
    return rows_along(newest, kind="kind", at="at", reviewer_id="reviewer_id", before_id="before_id", **names)


def held_since(reviewer: int | None, assigned: Iterable[dict[str, Any]]) -> datetime | None:
    """Since when this reviewer has the claim; None when nobody has it, or nobody wrote it down."""
    for row in assigned:
        if reviewer is not None and row["reviewer_id"] == reviewer != row["before_id"]:
            return moment_in(row["at"])
    return None


def record_of(events: Iterable[ClaimEvent], assigned: Iterable[dict[str, Any]]) -> list[Entry]:
    """History and assignments in one list, newest first."""
    told = [Entry(each.at, each.who, each.sentence, each.details) for each in tell_reviewer(events)]
    return sorted([*told, *(_assignment(row) for row in assigned)], key=lambda entry: entry.at, reverse=True)


def dispute_in(events: Iterable[ClaimEvent]) -> Dispute | None:
    """The dispute among the events (newest first) and the rejection before it; None when there was none."""
    rows = list(events)
    for place, event in enumerate(rows):
        if event.action == ClaimAction.DISPUTE:
            earlier = [each for each in rows[place + 1 :] if each.action in {ClaimAction.REJECT, ClaimAction.LAPSE}]
            told = tell_reviewer([event, *earlier[:1]])
            return Dispute(told[0], told[1] if len(told) > 1 else None)
    return None


def _assignment(row: dict[str, Any]) -> Entry:
    who, sentence = _SENTENCES[row["kind"]](row)
    return Entry(moment_in(row["at"]), who, sentence, internal=True)


def _released(row: dict[str, Any]) -> tuple[str, str]:
    own = row["by"] == row["before"] or not row["before"]
    by = row["by"] or gettext("The portal")
    if own:
        return by, gettext("released the claim.")
    return by, gettext("released the claim from {name}.").format(name=row["before"])


_SENTENCES = {
    Kind.TAKEN: lambda row: (row["reviewer"], gettext("took the claim.")),
    Kind.GIVEN: lambda row: (
        row["by"] or gettext("The portal"),
        gettext("assigned the claim to {name}.").format(name=row["reviewer"]),
    ),
    Kind.RELEASED: _released,
    Kind.IDLE: lambda row: (
        gettext("The portal"),
        gettext("released the claim from {name}, who had not worked on it.").format(name=row["before"]),
    ),
    Kind.LEFT: lambda row: (
        gettext("The portal"),
        gettext("took the claim from {name}, since it left the review.").format(name=row["before"]),
    ),
}
