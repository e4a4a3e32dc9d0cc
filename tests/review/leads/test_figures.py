"""The figures of the review against plain loops over the same rows, and at the edges of their days."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from claims.calendar import calendar_between, day_of
from claims.enums import ClaimAction
from claims.models import Claim, ClaimEvent, Holiday
from claims.statistics import TimeRange
from review.models import SecondLook
from review.second_looks import Agreement
from review.shares import percent_of
from review.statistics.answers import Turns, answers_in, beginnings_in, turns_of
from review.statistics.decisions import decisions_by_person, decisions_over, disputes_over, reasons_over
from review.statistics.figures import figures_for
from review.statistics.span import Span
from tests.factories import (
    NOW,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    submitted_claim,
)
from tests.review.arbitration.acting import act, plan_for
from tests.review.arbitration.rivals import filed, running
from tests.review.leads.happened import event, reviewed

pytestmark = pytest.mark.django_db
A = ClaimAction
DECISIONS = (A.APPROVE, A.REJECT, A.REQUEST_ACTION)
CODES = ["no_signature", "no_dates", "wrong_customer", "retired_code"]


def history(seed):
    """Some claims with rounds of review over the last fourteen months, drawn by chance."""
    chance = random.Random(seed)
    people = [ReviewerFactory() for _ in range(3)]
    for _ in range(12):
        claim = claim_under_review()
        at = NOW - timedelta(days=chance.randint(0, 420), hours=chance.randint(0, 23))
        for step in [A.SUBMIT, *[A.WITHDRAW, A.SUBMIT] * chance.randint(0, 2)]:
            event(claim, step, at)
            at += timedelta(days=chance.randint(0, 9), hours=chance.randint(0, 23))
        Claim.objects.filter(pk=claim.pk).update(review_started_at=None)
        if at > NOW:
            continue
        event(claim, A.START_REVIEW, at, by=chance.choice(people))
        at_once = chance.random() < 0.3  # as the decision of a case begins the review of what it decides
        while True:
            at += timedelta(0) if at_once else timedelta(days=chance.randint(0, 12), hours=chance.randint(0, 23))
            at_once = False
            action = chance.choice(DECISIONS)
            if at > NOW:
                break
            codes = None if action == A.APPROVE else chance.sample(CODES, chance.randint(1, 3))
            event(claim, action, at, by=chance.choice(people), reasons=codes)
            at += timedelta(days=chance.randint(0, 20))
            if action == A.APPROVE or at > NOW:
                break
            event(claim, A.RESUBMIT if action == A.REQUEST_ACTION else A.DISPUTE, at)
    return people


def rows_of(span):
    """Every event of the range, for loops."""
    return [each for each in ClaimEvent.objects.order_by("pk") if span.since <= each.at <= span.now]


def starts_before(event, actions):
    """Events of the same claim before this one that could have started a clock, oldest first."""
    earlier = ClaimEvent.objects.filter(claim=event.claim_id, pk__lt=event.pk).order_by("pk")
    return [each for each in earlier if each.action in actions]


def assert_turns(turns, taken, *, number):
    """That the turns are those that a loop counted by the days they took."""
    assert turns.days == dict(taken)
    assert turns.number == number
    assert turns.met == sum(number for days, number in taken.items() if days <= 5)
    every = sorted(taken.elements())
    if every:
        assert turns.median == every[(len(every) + 1) // 2 - 1]
        assert turns.p90 == every[-(-9 * len(every) // 10) - 1]
        assert sum(number for _, number, _ in turns.columns) == len(every)


@pytest.mark.parametrize("time_range", list(TimeRange), ids=lambda each: each.code)
def test_counts_are_those_of_plain_loops(time_range):
    people = history(seed=time_range.code)
    span = Span(time_range, NOW)
    decided = [each for each in rows_of(span) if each.action in DECISIONS]
    assert decided or time_range == TimeRange.DAYS_30

    found = decisions_over(span)
    assert found.totals == {action: sum(each.action == action for each in decided) for action in found.totals}
    for at, bucket in enumerate(found.buckets):
        following = found.buckets[at + 1] if at + 1 < len(found.buckets) else date.max
        there = [each for each in decided if bucket <= each.at.date() < following]
        for action, numbers in found.counts.items():
            assert numbers[at] == sum(each.action == action for each in there), (bucket, action)

    assert decisions_by_person(span) == Counter(each.actor_id for each in decided)
    assert set(decisions_by_person(span)) <= {person.pk for person in people}

    uses = Counter((reason["code"], each.action) for each in decided for reason in each.data.get("reasons", []))
    assert {(r.code, a): n for r in reasons_over(span) for a, n in r.counts.items() if n} == dict(uses)

    taken = Counter()
    calendar = calendar_between(date(2025, 1, 1), NOW.date())
    for each in decided:
        began = starts_before(each, {A.START_REVIEW, A.RESUBMIT, A.DISPUTE})[-1]
        if began.action == A.START_REVIEW and began.at == each.at:
            began = starts_before(each, {A.SUBMIT})[-1]
        taken[calendar.between(began.at.date(), each.at.date())] += 1
    assert_turns(turns_of(answers_in(span), calendar=calendar), taken, number=len(decided))

    begun, waited = [each for each in rows_of(span) if each.action == A.START_REVIEW], Counter()
    for each in begun:
        waited[calendar.between(starts_before(each, {A.SUBMIT})[-1].at.date(), each.at.date())] += 1
    assert_turns(turns_of(beginnings_in(span), calendar=calendar), waited, number=len(begun))

    filed = [each for each in rows_of(span) if each.action == A.DISPUTE]
    ends = Counter()
    for each in filed:
        later = ClaimEvent.objects.filter(claim=each.claim_id, pk__gt=each.pk).order_by("pk")
        final = [e.action for e in later if e.action in {A.APPROVE, A.REJECT, A.LAPSE}]
        ends[final[0] if final else ""] += 1
    disputes = disputes_over(span)
    assert (disputes.changed, disputes.kept, disputes.undecided) == (ends[A.APPROVE], ends[A.REJECT], ends[""])
    assert disputes.number == len(filed)


class TestAnswers:
    @pytest.mark.parametrize(
        ("started", "answered", "days"),
        [
            ("2026-11-16T09:00", "2026-11-16T17:00", 0),  # the same Monday
            ("2026-11-16T23:59", "2026-11-17T00:01", 1),
            ("2026-11-13T09:00", "2026-11-16T09:00", 1),  # over a weekend
            ("2026-11-14T09:00", "2026-11-16T09:00", 1),  # started on a Saturday
            ("2026-11-16T09:00", "2026-11-23T23:59", 5),
            ("2026-11-10T09:00", "2026-11-12T09:00", 1),  # Veterans Day between
        ],
    )
    def test_business_days_without_weekends_and_holidays(self, started, answered, days):
        moments = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (started, answered)]
        span = Span(TimeRange.DAYS_30, datetime(2026, 11, 24, 10, tzinfo=UTC))
        reviewed(*moments)
        calendar = calendar_between(date(2026, 1, 1), span.today)
        assert turns_of(answers_in(span), calendar=calendar).days == {days: 1}

    def test_entries_of_staff_count(self):
        Holiday.objects.create(date=date(2026, 11, 17), name="Company holiday")
        reviewed(datetime(2026, 11, 16, 9, tzinfo=UTC), datetime(2026, 11, 18, 9, tzinfo=UTC))
        calendar = calendar_between(date(2026, 11, 1), NOW.date())
        assert turns_of(answers_in(Span(TimeRange.DAYS_30, NOW)), calendar=calendar).days == {1: 1}

    def test_a_day_ends_when_it_ends_in_the_portals_zone_also_when_clocks_change(self, settings):
        settings.TIME_ZONE = "America/New_York"
        zone = ZoneInfo("America/New_York")
        # Clocks went back on Sunday, November 1, 2026, at two.
        reviewed(datetime(2026, 10, 30, 23, 30, tzinfo=zone), datetime(2026, 11, 2, 23, 30, tzinfo=zone))
        span = Span(TimeRange.DAYS_30, NOW)
        assert answers_in(span) == [(date(2026, 10, 30), date(2026, 11, 2), 1)]
        calendar = calendar_between(date(2026, 10, 1), span.today)
        assert turns_of(answers_in(span), calendar=calendar).days == {1: 1}

    def test_what_is_not_answered_or_never_started_is_no_round(self):
        event(claim_under_review(), A.START_REVIEW, NOW)
        event(claim_under_review(), A.APPROVE, NOW)
        lapsed = claim_under_review()
        event(lapsed, A.START_REVIEW, NOW - timedelta(days=2))
        event(lapsed, A.LAPSE, NOW)
        assert answers_in(Span(TimeRange.DAYS_30, NOW)) == []

    def test_without_answers_nothing_is_claimed(self):
        none = Turns({}, 5)
        assert (none.number, none.percent_met, none.median, none.p90) == (0, None, None, None)

    @pytest.mark.parametrize(
        ("met", "late", "percent"), [(199, 1, 99), (1999, 1, 99), (1, 0, 100), (0, 3, 0), (1, 2, 33), (2, 1, 66)]
    )
    def test_a_hundred_per_cent_means_all_of_them(self, met, late, percent):
        assert Turns({1: met, 9: late}, 5).percent_met == percent
        assert Agreement(1000, 999).percent == 99
        assert percent_of(1999, 2000, digits=1) == 99.9


class TestBeginnings:
    def begun(self, submitted, begun):
        claim = claim_under_review()
        event(claim, A.SUBMIT, submitted)
        event(claim, A.START_REVIEW, begun)
        return claim

    def figures(self):
        return figures_for(TimeRange.MONTHS_3, now=NOW)

    def test_a_review_that_begins_late_is_late_however_fast_it_is_decided(self):
        claim = self.begun(NOW - timedelta(days=40), NOW)
        event(claim, A.APPROVE, NOW + timedelta(minutes=5))
        figures = figures_for(TimeRange.MONTHS_3, now=NOW + timedelta(hours=1))
        assert (figures.answers.met, figures.answers.number, figures.answers.median) == (1, 1, 0)
        assert (figures.begun.met, figures.begun.number) == (0, 1)
        assert figures.begun.median == figures.begun.p90 > 20

    def test_a_review_that_begins_with_its_decision_is_answered_since_the_submission(self):
        claim = self.begun(NOW - timedelta(days=40), NOW)
        event(claim, A.REJECT, NOW)
        figures = self.figures()
        assert figures.answers.days == figures.begun.days
        assert (figures.answers.met, figures.begun.met) == (0, 0)

    def test_a_case_that_decides_what_nobody_had_begun_counts_from_the_submission(self):
        tenant, intune = TenantFactory(), WorkloadFactory(name="INTUNE")
        winner, _loser = filed(tenant, intune), filed(tenant, intune)
        (case,) = running()
        later = NOW + timedelta(days=28)
        act(case, plan_for(case, INTUNE=winner), ReviewerFactory(), now=later)
        figures = figures_for(TimeRange.DAYS_30, now=later)
        assert (figures.answers.number, figures.answers.met) == (2, 0)
        assert figures.begun.days == figures.answers.days

    def test_what_waits_still_or_was_taken_back_has_not_begun_and_a_second_submission_counts_anew(self):
        event(submitted_claim(), A.SUBMIT, NOW - timedelta(days=9))
        claim = claim_under_review()
        event(claim, A.SUBMIT, NOW - timedelta(days=60))
        event(claim, A.WITHDRAW, NOW - timedelta(days=59))
        event(claim, A.SUBMIT, NOW - timedelta(days=1))
        event(claim, A.START_REVIEW, NOW)
        assert self.figures().begun.days == {1: 1}


class TestSpan:
    @pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
    def test_the_first_and_the_last_moment_of_the_range_count_and_no_other(self, settings, zone):
        settings.TIME_ZONE = zone
        span = Span(TimeRange.DAYS_30, NOW)
        first = datetime.combine(span.first_day, datetime.min.time(), tzinfo=ZoneInfo(zone))
        assert (span.today - span.first_day).days == 29
        for at in (first - timedelta(microseconds=1), first, NOW, NOW + timedelta(microseconds=1)):
            reviewed(at - timedelta(days=1), at)
        found = decisions_over(span)
        assert found.number == 2
        assert (found.counts[A.APPROVE][0], found.counts[A.APPROVE][-1]) == (1, 1)
        assert sum(number for _, _, number in answers_in(span)) == 2

    def test_a_range_whose_first_day_has_twenty_three_hours_begins_at_midnight(self, settings):
        settings.TIME_ZONE = "Europe/Berlin"  # summer time began on March 29, 2026
        span = Span(TimeRange.DAYS_30, datetime(2026, 4, 27, 12, tzinfo=UTC))
        assert span.first_day == date(2026, 3, 29)
        assert span.since.astimezone(UTC) == datetime(2026, 3, 28, 23, tzinfo=UTC)
        assert len(span.buckets) == 30

    def test_units_follow_the_range(self):
        assert [Span(each, NOW).unit for each in TimeRange] == ["day", "week", "month", "month"]


class TestAgreement:
    def look(self, *, agrees=None, at=NOW, action=A.REJECT):
        claim = claim_under_review()
        decision = event(claim, action, NOW - timedelta(days=300))
        SecondLook.objects.create(
            claim=claim, decision=decision, first_reviewer=decision.actor, drawn_at=decision.at, agrees=agrees,
            looked_at=None if agrees is None else at,
        )  # fmt: skip

    def test_below_five_cases_there_is_no_rate(self):
        assert Agreement(4, 4).rate is None
        assert Agreement(5, 4).rate == 0.8

    def test_those_looked_at_in_the_range_count_whenever_they_were_decided(self):
        span = Span(TimeRange.DAYS_30, NOW)
        for agrees in (True, True, True, True, False):
            self.look(agrees=agrees)
        self.look(agrees=False, at=span.since - timedelta(seconds=1))
        self.look()
        self.look(agrees=True, at=span.since, action=A.APPROVE)
        looks = figures_for(TimeRange.DAYS_30, now=NOW).looks
        assert looks.waiting == 1
        assert looks.agreement == Agreement(6, 5)
        assert looks.per_decision == [
            ("Approved", Agreement(1, 1)), ("Action requested", Agreement(0, 0)), ("Rejected", Agreement(5, 4)),
        ]  # fmt: skip


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(number, django_assert_num_queries):
    for _ in range(number):
        claim = reviewed(NOW - timedelta(days=3), NOW - timedelta(days=1), A.REJECT, reasons=["no_signature"])
        event(claim, A.DISPUTE, NOW)
        Claim.objects.filter(pk=claim_under_review().pk).update(queue_due_on=NOW.date(), reviewer=ReviewerFactory())
    with django_assert_num_queries(14):
        figures_for(TimeRange.MONTHS_12, now=NOW)


def test_days_are_the_portals_and_not_the_readers():
    with timezone.override("Pacific/Kiritimati"):
        assert Span(TimeRange.DAYS_30, NOW).today == day_of(NOW) == NOW.date()
