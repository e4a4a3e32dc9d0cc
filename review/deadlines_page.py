"""The page «Deadlines»: what comes next, of all kinds or of one, and what the sweeps that see to it did."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import User
from claims.enums import PARTNERS_OWN
from claims.models import Claim, StuckDeadline
from kit.counting import MOST_COUNTED, count_each_up_to
from operations.models import SweepRun
from operations.sweeps import Standing, standings
from review.deadlines_kinds import DeadlineKind, Source, kinds
from review.operations_page import TONES, ago_in_words, counts_in_words, in_words

PAGE_SIZE = 25
MOST_STUCK = 10
SWEEPS = ("claims.sweep_deadlines", "review.send_alerts", "review.send_morning_digests")
_LONGEST_KEY = 19


@dataclass(frozen=True, slots=True)
class Deadline:
    """One line of the list. ``place`` tells it from others of the same moment; the claim is None for what is the partner's own."""

    moment: datetime
    place: int
    key: Any
    kind: DeadlineKind
    happens: str
    claim: Claim | None
    partner: str
    passed: bool
    away: str

    @property
    def address(self) -> str:
        """Its place in the list, as it stands in an address."""
        return f"{self.moment.isoformat()}_{self.place}_{self.key}"


@dataclass(frozen=True, slots=True)
class Filter:
    """One chip: a kind and how many deadlines it has, counted up to 1,000."""

    code: str
    label: str
    count: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind this deadline."""

    moment: datetime
    place: int
    key: int | UUID


def deadlines_page(user: User, *, now: datetime, kind: str = "", after: str = "") -> dict[str, Any]:
    """All that the page shows, without partners from which the person is barred.

    The list is merged from one short query for each kind, so it costs the same on every page and for any number of claims.
    A kind or place that makes no sense means all kinds, or the first page.
    """
    every = kinds(now=now)
    chosen = next((each for each in every if each.code == kind), None)
    begins = _parse(after)
    rows = list(islice(_rows(user, every, chosen, begins=begins, now=now), PAGE_SIZE + 1))
    standing = [each for each in standings(now=now) if each.scheduled.name in SWEEPS]
    return {
        "filters": _filters(user, every, chosen),
        "kind": chosen,
        "rows": rows[:PAGE_SIZE],
        "next_key": rows[PAGE_SIZE - 1].address if len(rows) > PAGE_SIZE else "",
        "is_first": begins is None,
        "sweeps": [_sweep(each, now=now) for each in standing],
        "runs": _runs(),
        "stuck": list(StuckDeadline.objects.order_by("since", "pk")[: MOST_STUCK + 1]),
        "most_stuck": MOST_STUCK,
    }


def _rows(
    user: User, every: list[DeadlineKind], chosen: DeadlineKind | None, *, begins: Place | None, now: datetime
) -> Iterator[Deadline]:
    found, place = [], -1
    for kind in every:
        for source in kind.sources:
            place += 1
            if chosen is None or kind == chosen:
                found.append(_of_source(source, kind, place, user=user, begins=begins, now=now))
    return merge(*found, key=lambda row: (row.moment, row.place))


def _of_source(
    source: Source, kind: DeadlineKind, place: int, *, user: User, begins: Place | None, now: datetime
) -> list[Deadline]:
    rows = source.seen_by(user)
    if begins is not None:
        own = place == begins.place and isinstance(begins.key, _key_type(rows.model))
        rows = rows.filter(source.from_moment(begins.moment, itself=own or place > begins.place))
        if own:
            rows = rows.filter(source.from_moment(begins.moment, itself=False) | Q(pk__gt=begins.key))
    return [_deadline(row, source, kind, place, now=now) for row in rows[: PAGE_SIZE + 1]]


def _deadline(row: Any, source: Source, kind: DeadlineKind, place: int, *, now: datetime) -> Deadline:
    moment, claim = source.moment_of(row), source.claim_of(row)
    if claim is not None and claim.status in PARTNERS_OWN:
        claim = None  # a draft is the partner's own
    passed = moment <= now
    return Deadline(
        moment=moment,
        place=place,
        key=row.pk,
        kind=kind,
        happens=source.says(row),
        claim=claim,
        partner=claim.organization.name if claim else "",
        passed=passed,
        away=ago_in_words(now - moment) if passed else gettext("in {duration}").format(duration=in_words(moment - now)),
    )


def _filters(user: User, every: list[DeadlineKind], chosen: DeadlineKind | None) -> list[Filter]:
    parts = {f"{kind.code}{n}": each.seen_by(user) for kind in every for n, each in enumerate(kind.sources)}
    counts = count_each_up_to(parts)
    counted = [(kind, sum(counts[f"{kind.code}{n}"] for n in range(len(kind.sources)))) for kind in every]
    return [
        Filter("", gettext("All"), _capped(sum(number for _, number in counted)), chosen is None),
        *(Filter(kind.code, kind.label, _capped(number), kind == chosen) for kind, number in counted),
    ]


def _capped(number: int) -> str:
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else str(number)


def _sweep(standing: Standing, *, now: datetime) -> dict[str, Any]:
    ended = standing.row.last_finished_at if standing.row else None
    return {
        "standing": standing,
        "ago": ago_in_words(now - ended) if ended else "",
        "tone": TONES[standing.state],
    }


def _runs() -> list[tuple[SweepRun, str]]:
    """The last runs of these sweeps that did something."""
    log = SweepRun.objects.filter(sweep__name__in=SWEEPS).select_related("sweep").order_by("-pk")[:5]
    return [(run, counts_in_words(run.counts)) for run in log]


def _key_type(model: Any) -> type:
    return UUID if model._meta.pk.get_internal_type() == "UUIDField" else int


def _parse(text: str) -> Place | None:
    moment, _, rest = text.partition("_")
    place, _, key = rest.partition("_")
    try:
        parsed = datetime.fromisoformat(moment)
        number = _number(place)
        found = Place(parsed, number, UUID(key) if "-" in key else _number(key))
        far = timedelta(days=400)
        return found if parsed.tzinfo and parsed - far < parsed + far else None
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST_KEY):
        raise ValueError(text)
    return int(text)
