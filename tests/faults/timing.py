"""What ``timer_figures`` measures. Every part says how many cases it tried, and in how many the promise held."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.test import override_settings

from claims.calendar import day_of
from claims.deadlines import Clock, sweep, work_off
from claims.deadlines.windows import close_window, windows_to_close
from claims.enums import ClaimAction, ClaimStatus
from claims.models import ActionRequest, Association, Claim, ClaimDraft
from review.escalation import alert_at, overdue_at, send_alerts
from tests.claims.deadlines.scenes import SCENES, window
from tests.claims.deadlines.test_denial_races import deny
from tests.factories import NOW, ClaimFactory, LeadFactory, ReviewerFactory, claim_under_review
from tests.support.at_once import at_once

ROUNDS = 100
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
CROWD = 600  # more than one batch
STEPS = (-1, 0, 1, 1, 1, 1, 1)  # seconds from the moment: before, at, after, and five sweeps in all behind it
ONCE = [0, 1, 0, 0, 0, 0, 0]
Row = tuple[str, int, int, float]


def every_part() -> Iterator[Row]:
    """All parts, one after the other. Needs an empty database that was migrated."""
    LeadFactory()
    for part in (boundaries, beats_at_once, standstill, crowd, denials):
        yield from part()


def timed(what: str, test: Callable[[], tuple[int, int]]) -> Row:
    """Run one part: how many were tried, and how many went as promised."""
    begun = time.monotonic()
    done, right = test()
    return what, done, right, time.monotonic() - begun


def boundaries() -> Iterator[Row]:
    """Each clock at its moment less a second, at it, and a second later, then five sweeps more; on odd days too."""

    times = {
        "an ordinary day": datetime(2026, 6, 1, 9, 0, tzinfo=UTC),
        "summer time begins in Berlin, March 28, 2027": datetime(2027, 3, 27, 23, 30, tzinfo=UTC),
        "summer time ends in Berlin, October 25, 2026": datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
        "leap day, February 29, 2028": datetime(2028, 2, 28, 23, 59, 59, tzinfo=UTC),
    }
    for name, at in times.items():
        with override_settings(TIME_ZONE="Europe/Berlin"):
            yield timed(
                f"every clock at due − 1 s, due, due + 1 s, and 5 sweeps: {name}", lambda at=at: _at_boundary(at)
            )


def _at_boundary(at: datetime) -> tuple[int, int]:
    right = 0
    for begin in SCENES:
        settle()
        scene = begin(at)
        counts = [sweep(now=scene.due + step * SECOND)[scene.clock] for step in STEPS]
        right += counts == ONCE and scene.times_happened() == 1
    return len(SCENES) + 2, right + _alerts(at)


def _alerts(at: datetime) -> int:
    """The reviewer on the morning of the day a review is due, the leads when that day has passed: how many of the two hold."""
    settle()
    due_on = day_of(at) + DAY
    Claim.objects.filter(pk=claim_under_review().pk).update(queue_due_on=due_on, reviewer=ReviewerFactory())
    moments = {"due": alert_at(due_on), "overdue": overdue_at(due_on)}
    counts = {
        kind: [send_alerts(now=moment + step * SECOND)[kind] for step in STEPS] for kind, moment in moments.items()
    }
    return sum(each == ONCE for each in counts.values())


def beats_at_once() -> Iterator[Row]:
    """Two beats sweep the same rows at the same moment."""
    yield timed("two beats at once, every clock, 10 rounds", lambda: _beats(10))


def _beats(rounds: int) -> tuple[int, int]:
    done = right = 0
    for _ in range(rounds):
        for begin in SCENES:
            settle()
            scene, counts = begin(NOW), []
            ends = at_once(*[lambda s=scene, c=counts: c.append(sweep(now=s.due)[s.clock])] * 2)
            done += 1
            right += ends == ["done", "done"] and sorted(counts) == [0, 1] and scene.times_happened() == 1
    return done, right


def standstill() -> Iterator[Row]:
    """No sweep for three days, then one."""
    yield timed("no beat for 3 days, then one sweep: each once", _late)


def _late() -> tuple[int, int]:
    right = 0
    for begin in SCENES:
        settle()
        scene = begin(NOW)
        at = scene.due + min(scene.keeps, 3 * DAY)
        counts = [sweep(now=at)[scene.clock] for _ in range(2)]
        right += counts == [1, 0] and scene.times_happened() == 1
    return len(SCENES), right


def crowd() -> Iterator[Row]:
    """More rows than one batch are due at once, and one of them cannot be moved."""
    yield timed(f"{CROWD} windows due in one sweep, 1 of them broken", _crowd)


def _crowd() -> tuple[int, int]:
    settle()
    first = window(NOW).row
    like = {"organization": first.organization, "tenant": first.tenant, "created_by": first.created_by, "products": []}
    for _ in range(CROWD - 1):
        ClaimFactory(**like, status="approved", decided_at=NOW, opt_out_until=NOW + 7 * DAY, location=first.location)

    def act(key: int, *, now: datetime) -> bool:
        if key == first.pk:
            raise RuntimeError("broken on purpose")
        return close_window(key, now=now)

    counts = work_off([Clock("windows", windows_to_close, act)], now=NOW + 7 * DAY)
    closed = Claim.objects.filter(in_effect_at=NOW + 7 * DAY).count()
    return CROWD, closed + counts["failed"]


def denials() -> Iterator[Row]:
    """A denial in the last second, and one at the end, each against the sweep that closes the window."""
    for step, what in ((-1, "a denial 1 s before the end"), (0, "a denial at the end, which is late")):
        yield timed(f"{what} against the sweep, {ROUNDS} rounds", lambda step=step: _denials(step))


def _denials(step: int) -> tuple[int, int]:
    right = 0
    for _ in range(ROUNDS):
        scene = window(NOW)
        at_once(
            lambda s=scene: deny(s.row, now=s.due + step * SECOND),
            lambda s=scene: sweep(now=s.due),
        )
        scene.row.refresh_from_db()
        late = scene.row.events.get(action=ClaimAction.DENY_CONSENT).data["late"]
        held = Association.objects.filter(claim=scene.row, ended_at=None).exists()
        wins = scene.row.status == ClaimStatus.CONSENT_DENIED and not held and late is (step == 0)
        right += wins and (step == 0 or scene.row.in_effect_at is None)
    return ROUNDS, right


def settle() -> None:
    """Take earlier rows out of the clocks' sight, so that each part counts its own alone."""
    ActionRequest.objects.all().delete()
    ClaimDraft.objects.all().delete()
    Association.objects.filter(ended_at=None).update(ended_at=datetime.now(UTC), end_reason="disassociated")
    now = datetime.now(UTC)
    Claim.objects.all().update(status="ended", decided_at=now, dispute_until=None, in_effect_at=now, action_due_at=None)
