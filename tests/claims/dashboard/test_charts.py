"""The charts: numbers against a count by hand, marks where the numbers say."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.actors import Actor
from claims.charts import LEGEND, PLOT_HEIGHT, approvals_chart, axis_for, bars, status_chart
from claims.enums import Activity, ClaimAction, ClaimStatus
from claims.history import record_event
from claims.statistics import TimeRange, numbers_for
from customers.enums import SolutionArea
from tests.factories import NOW, ClaimFactory, MembershipFactory, ProductFactory, TenantFactory, WorkloadFactory

BA, M365 = SolutionArea.BUSINESS_APPLICATIONS, SolutionArea.MICROSOFT_365


def approved(organization, at, area=M365, **fields):
    claim = ClaimFactory(
        organization=organization, status=ClaimStatus.APPROVED, decided_at=at, solution_area=area, **fields
    )
    record_event(claim, ClaimAction.APPROVE, actor=Actor.system(), now=at)
    return claim


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(list(TimeRange)))
def test_the_buckets_cover_every_day_of_the_range_once(today, time_range):
    first = time_range.first_day(today)
    buckets = time_range.buckets(today)
    assert buckets == sorted(set(buckets))
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    assert {time_range.bucket_of(day) for day in days} == set(buckets)
    if time_range == TimeRange.DAYS_30:
        assert len(days) == 30
    else:
        assert (today.year - first.year) * 12 + today.month - first.month == time_range.months
        assert first.day == today.day or (first + timedelta(days=1)).month != first.month
    assert all(bucket.weekday() == 0 if time_range.weekly else bucket.day == 1 for bucket in buckets)


def test_the_switch_has_exactly_four_ranges_and_anything_else_is_the_first():
    assert [each.label for each in TimeRange] == ["30D", "3M", "6M", "12M"]
    assert TimeRange.of("12m") == TimeRange.MONTHS_12
    assert TimeRange.of("99y") == TimeRange.of("") == TimeRange.DAYS_30


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, ["0", "0.25", "0.5", "0.75", "1"]),
        (1, ["0", "0.25", "0.5", "0.75", "1"]),
        (2, ["0", "0.5", "1", "1.5", "2"]),
        (4, ["0", "1", "2", "3", "4"]),
        (6, ["0", "2", "4", "6"]),
        (23, ["0", "5", "10", "15", "20", "25"]),
        (101, ["0", "50", "100", "150"]),
    ],
)
def test_the_axis_has_round_steps_from_zero(highest, ticks):
    assert [tick.text for tick in axis_for(highest).ticks] == ticks


@given(st.integers(0, 10**7))
def test_the_axis_always_reaches_the_highest_count_with_few_ticks(highest):
    axis = axis_for(highest)
    assert axis.top >= highest
    assert 3 <= len(axis.ticks) <= 6
    assert axis.height_of(0) == PLOT_HEIGHT
    assert axis.height_of(axis.top) == 0


@pytest.mark.django_db
class TestNumbers:
    @pytest.fixture
    def organization(self):
        return MembershipFactory().organization

    def numbers(self, organization, time_range=TimeRange.DAYS_30):
        return numbers_for(organization, time_range=time_range, now=NOW)

    def test_approvals_fall_into_the_weeks_that_begin_on_monday(self, organization):
        # NOW is Tuesday, November 24, 2026; 30 days begin on Monday, October 26.
        approved(organization, datetime(2026, 10, 25, 23, 59, tzinfo=UTC))
        approved(organization, datetime(2026, 10, 26, 0, 0, tzinfo=UTC))
        approved(organization, datetime(2026, 11, 22, 23, 59, tzinfo=UTC), area=BA, products=[ProductFactory()])
        approved(organization, datetime(2026, 11, 23, 0, 0, tzinfo=UTC))
        approved(organization, NOW)
        approved(MembershipFactory().organization, NOW)
        numbers = self.numbers(organization)
        assert numbers.buckets == [
            date(2026, 10, 26),
            date(2026, 11, 2),
            date(2026, 11, 9),
            date(2026, 11, 16),
            date(2026, 11, 23),
        ]
        assert numbers.approvals == {M365: [1, 0, 0, 0, 2], BA: [0, 0, 0, 1, 0]}

    def test_approvals_of_claims_that_ended_later_still_count(self, organization):
        claim = approved(organization, NOW)
        type(claim).objects.filter(pk=claim.pk).update(status=ClaimStatus.CONSENT_DENIED)
        assert sum(self.numbers(organization).approvals[M365]) == 1

    def test_long_ranges_count_by_month(self, organization):
        approved(organization, datetime(2026, 6, 1, tzinfo=UTC))
        approved(organization, datetime(2026, 5, 23, tzinfo=UTC))
        numbers = self.numbers(organization, TimeRange.MONTHS_6)
        assert numbers.first_day == date(2026, 5, 24)
        assert numbers.buckets[0] == date(2026, 5, 1)
        assert numbers.buckets[-1] == date(2026, 11, 1)
        assert numbers.approvals[M365] == [0, 1, 0, 0, 0, 0, 0]

    def test_statuses_count_claims_created_in_the_range_by_their_status_now(self, organization):
        for status in (ClaimStatus.EDITING, ClaimStatus.APPROVED, ClaimStatus.APPROVED, ClaimStatus.DISCARDED):
            ClaimFactory(organization=organization, status=status, decided_at=NOW, created_at=NOW)
        ClaimFactory(organization=organization, created_at=NOW - timedelta(days=40))
        ClaimFactory(created_at=NOW)
        numbers = self.numbers(organization)
        assert numbers.statuses == {M365: Counter({ClaimStatus.EDITING: 1, ClaimStatus.APPROVED: 2}), BA: Counter()}

    def test_customers_are_counted_once_per_workload_and_activity_over_the_whole_time(self, organization):
        tenant, exo = TenantFactory(), WorkloadFactory(code="EXO")
        old = NOW - timedelta(days=900)
        approved(organization, old, tenant=tenant, products=[exo], created_at=old)
        approved(organization, old, tenant=tenant, products=[WorkloadFactory(code="INTUNE")])
        approved(organization, old, products=[exo])
        ClaimFactory(organization=organization, products=[exo])
        approved(MembershipFactory().organization, old, products=[exo])
        for _ in range(2):
            approved(
                organization,
                old,
                area=BA,
                tenant=tenant,
                products=[ProductFactory()],
                activities=[Activity.PRE_SALES, Activity.USAGE],
            )
        numbers = self.numbers(organization)
        assert numbers.workloads == {"EXO": 2, "INTUNE": 1}
        assert list(numbers.workloads) == ["EXO", "INTUNE"]
        assert numbers.activities == {Activity.PRE_SALES: 1, Activity.USAGE: 1}

    def test_the_number_of_queries_does_not_grow(self, organization, django_assert_num_queries):
        approved(organization, NOW)
        with django_assert_num_queries(4):
            self.numbers(organization)
        approved(organization, NOW)
        approved(organization, NOW, area=BA, products=[ProductFactory()])
        with django_assert_num_queries(4):
            self.numbers(organization)

    def test_the_line_chart_writes_weeks_as_the_process_description_does(self, organization):
        approved(organization, NOW)
        chart = approvals_chart(self.numbers(organization))
        assert [series.label for series in chart.series] == ["Microsoft 365", "Business Applications"]
        assert [tick.text for tick in chart.dates] == ["26. Oct", "2. Nov", "9. Nov", "16. Nov", "23. Nov"]
        assert [tick.text for tick in chart.axis.ticks] == ["0", "0.25", "0.5", "0.75", "1"]
        m365 = chart.series[0]
        assert (m365.points[-1].x, m365.points[-1].y) == ("90.000%", "0.00")
        assert (m365.points[0].x, m365.points[0].y) == ("10.000%", f"{PLOT_HEIGHT:.2f}")
        assert len(m365.segments) == 4
        assert chart.rows[-1] == ("23. Nov", [1, 0])

    @pytest.mark.parametrize("time_range", TimeRange, ids=lambda each: each.label)
    def test_dates_below_the_lines_have_room_on_a_phone_and_end_with_the_newest(self, organization, time_range):
        chart = approvals_chart(self.numbers(organization, time_range))
        longest = max(len(tick.text) for tick in chart.dates) * 7  # pixels, at 12 px
        places = [float(tick.place.rstrip("%")) for tick in chart.dates]
        assert all(270 * (right - left) / 100 > longest for left, right in pairwise(places))
        assert chart.dates[-1].text == chart.rows[-1][0]

    def test_the_status_chart_keeps_the_words_of_the_legend_and_its_total_is_the_tables(self, organization):
        shown = [status for status in ClaimStatus if status != ClaimStatus.DISCARDED]
        for status in shown:
            ClaimFactory(organization=organization, status=status, decided_at=NOW, action_due_at=NOW, created_at=NOW)
        chart = status_chart(self.numbers(organization))
        assert [label for _, label in chart.legend][:5] == [
            "Editing",
            "Submitted",
            "PartnerActionRequired",
            "Rejected",
            "Approved",
        ]
        assert chart.total == len(shown) == len(chart.legend)
        assert set(LEGEND) == set(shown)
        by_area = {group.label: group for group in chart.groups}
        assert [column.count for column in by_area["Microsoft 365"].columns] == [1] * 9
        assert by_area["Business Applications"].columns == []
        assert chart.rows == [(label, [0, 1]) for _, label in chart.legend]

    def test_without_the_rarer_statuses_the_legend_has_seven_entries(self, organization):
        chart = status_chart(self.numbers(organization))
        assert [label for _, label in chart.legend][5:] == ["Under review", "Customer consent denied"]


def test_columns_of_both_areas_stand_beside_each_other_and_never_overlap():
    numbers = type(
        "N", (), {"statuses": {M365: Counter(dict.fromkeys(LEGEND, 3)), BA: Counter(dict.fromkeys(LEGEND, 1))}}
    )
    chart = status_chart(numbers)
    places = [float(column.x.rstrip("%")) for group in chart.groups for column in group.columns]
    assert places == sorted(places)
    assert len(set(places)) == 18
    assert all(0 <= place < 100 for place in places)
    for group in chart.groups:
        for column in group.columns:
            assert float(column.y) + float(column.size) == pytest.approx(PLOT_HEIGHT)


def test_bars_are_as_long_as_their_counts():
    assert [(bar.label, bar.x) for bar in bars([("EXO", 4), ("AIP", 1)])] == [("EXO", "86.000%"), ("AIP", "21.500%")]
    assert bars([]) == []
