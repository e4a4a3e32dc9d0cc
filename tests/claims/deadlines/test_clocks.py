"""Every clock of claims: to the second, once, never early, whatever the sweep's own clock did."""

from datetime import UTC, datetime, timedelta

import pytest

from claims.deadlines import requests_to_remind, sweep
from claims.enums import ClaimStatus
from claims.models import ClaimDraft
from notifications.models import Notice, OutgoingEmail
from tests.claims.deadlines.scenes import SCENES, a_request, first_reminder
from tests.factories import NOW
from tests.support.at_once import at_once

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
# The clocks of Berlin go forward on March 28, 2027 and back on October 25, 2026; 2028 has a February 29.
ODD_TIMES = {
    "summer time begins": datetime(2027, 3, 27, 23, 30, tzinfo=UTC),
    "summer time ends": datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
    "leap day": datetime(2028, 2, 28, 23, 59, 59, tzinfo=UTC),
}


def counted(clock, *, at):
    counts = sweep(now=at)
    assert (counts["failed"], counts["left"]) == (0, 0)
    return counts[clock]


@pytest.mark.django_db
@pytest.mark.parametrize("begin", SCENES, ids=lambda begin: begin.__name__)
class TestEveryClock:
    def test_not_a_second_early_then_once_however_often_it_is_swept(self, begin):
        scene = begin(NOW)
        assert counted(scene.clock, at=scene.due - SECOND) == 0
        before = scene.times_happened()
        assert [counted(scene.clock, at=scene.due) for _ in range(5)] == [1, 0, 0, 0, 0]
        assert counted(scene.clock, at=scene.due + SECOND) == 0
        assert (before, scene.times_happened()) == (0, 1)

    def test_a_second_late_and_after_three_days_without_a_sweep_it_is_made_up_for_once(self, begin):
        scene = begin(NOW)
        other = begin(NOW - scene.keeps)
        assert counted(scene.clock, at=scene.due + SECOND) == 2
        assert counted(scene.clock, at=scene.due + 2 * SECOND) == 0
        assert (scene.times_happened(), other.times_happened()) == (1, 1)

    @pytest.mark.parametrize("at", ODD_TIMES.values(), ids=ODD_TIMES)
    def test_days_are_24_hours_each_whatever_clocks_and_calendars_do(self, begin, at, settings):
        settings.TIME_ZONE = "Europe/Berlin"
        scene = begin(at)
        assert (scene.due - at) % DAY == timedelta(0)
        assert [counted(scene.clock, at=scene.due + step * SECOND) for step in (-1, 0, 1)] == [0, 1, 0]


@pytest.mark.django_db
def test_a_request_whose_time_is_over_lapses_and_is_not_reminded_of_after_a_standstill():
    claim = a_request(NOW)
    counts = sweep(now=NOW + 31 * DAY)
    assert (counts["lapsed"], counts["reminded"]) == (1, 0)
    assert not OutgoingEmail.objects.filter(kind="claim.remind").exists()
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.REJECTED
    assert sweep(now=NOW + 61 * DAY)["disputes_closed"] == 1


@pytest.mark.django_db
def test_reminders_that_were_sent_do_not_hide_one_that_is_due():
    for _ in range(3):
        first_reminder(NOW - timedelta(hours=1))
    assert sweep(now=NOW + 23 * DAY - SECOND)["reminded"] == 3
    late = first_reminder(NOW)
    assert requests_to_remind(now=late.due, most=1) == [late.row.action_requests.get().pk]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_let_each_deadline_take_effect_once():
    scenes = [begin(NOW) for begin in SCENES]
    # All have come due by then: the rows that wait for an answer each at their own end.
    done: list[dict[str, int]] = []
    for moment in sorted({scene.due for scene in scenes}):
        assert at_once(*[lambda moment=moment: done.append(sweep(now=moment))] * 2) == ["done", "done"]
    total = {name: sum(counts[name] for counts in done) for name in done[0]}
    assert [scene.times_happened() for scene in scenes if scene.clock not in {"reminded", "lapsed"}] == [1] * 5
    # Three claims were asked for more: seven and two days before their end, the third only the closer one; then all lapse.
    assert total["reminded"] == 5
    assert total["lapsed"] == 3
    assert (total["failed"], total["left"]) == (0, 0)
    assert total["disputes_closed"] == total["windows_closed"] == total["subscriptions_ended"] == 1
    told = [(notice.user_id, notice.title, notice.created_at) for notice in Notice.objects.all()]
    assert len(told) == len(set(told))
    keys = list(OutgoingEmail.objects.values_list("dedupe_key", flat=True))
    assert len(keys) == len(set(keys))
    assert ClaimDraft.objects.get().reminded_at == NOW + 14 * DAY
