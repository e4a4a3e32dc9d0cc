"""The figures of who works on what, and of the queue as it is."""

from datetime import timedelta

import pytest

from claims.calendar import calendar_between
from claims.enums import IN_REVIEW, ClaimAction, ClaimStatus
from claims.models import Claim, ReasonCode
from claims.statistics import TimeRange
from review.arbitration.taking import take_case
from review.models import SecondLook
from review.statistics.drawing import reason_bars
from review.statistics.export import figure_rows
from review.statistics.figures import figures_for
from review.statistics.queue import open_groups, queue_now
from tests.factories import (
    NOW,
    LeadFactory,
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


class TestQueue:
    def set(self, claim, **fields):
        Claim.objects.filter(pk=claim.pk).update(**fields)
        return claim

    def test_each_status_with_its_late_ones_and_its_age(self):
        today = NOW.date()  # a Tuesday
        lead = LeadFactory()
        dues = {"overdue": today - timedelta(days=1), "today": today, "later": today + timedelta(days=1), "none": None}
        claims = {key: self.set(claim_under_review(), queue_due_on=due) for key, due in dues.items()}
        self.set(claims["later"], reviewer=lead)
        self.set(submitted_claim(), queue_due_on=today + timedelta(days=6))
        self.set(claim_under_review(), status=ClaimStatus.APPROVED, decided_at=NOW, queue_due_on=today - timedelta(9))
        calendar = calendar_between(today - timedelta(days=30), today + timedelta(days=30))
        queue = queue_now(open_groups(), today=today, calendar=calendar)
        rows = dict(queue.rows)
        review = rows["Under review"]
        assert (review.number, review.overdue, review.due_today, review.due_this_week) == (4, 1, 1, 3)
        assert review.oldest == 6
        assert review.average == (6 + 5 + 4) / 3
        # From Tuesday to Monday are three business days: Thanksgiving lies between.
        assert (rows["Submitted"].number, rows["Submitted"].oldest) == (1, 2)
        assert (rows["Disputed"].number, rows["Disputed"].oldest, rows["Disputed"].average) == (0, None, None)
        assert (queue.total.number, queue.unassigned, queue.unassigned_overdue) == (5, 4, 1)
        assert queue.ages == {"0 to 1": 0, "2 to 3": 1, "4 to 5": 2, "6 to 10": 1, "More than 10": 0}

    def test_an_age_is_the_days_since_the_clock_began(self):
        for back in range(25):
            started = NOW - timedelta(days=back)
            due = calendar_between(started.date()).add(started.date(), 5)
            Claim.objects.all().update(status=ClaimStatus.APPROVED, decided_at=NOW)
            self.set(claim_under_review(), queue_due_on=due)
            calendar = calendar_between(NOW.date() - timedelta(days=60), NOW.date() + timedelta(days=60))
            oldest = queue_now(open_groups(), today=NOW.date(), calendar=calendar).total.oldest
            assert oldest == calendar.between(started.date(), NOW.date()), back


class TestReasons:
    def test_two_codes_with_one_title_are_two_reasons_with_their_codes(self):
        for code in ("old_signature", "new_signature"):
            ReasonCode.objects.create(code=code, title="No signature", text="Sign it.", about="document")
        ReasonCode.objects.create(code="no_dates", title="No dates", text="Date it.", about="document")
        for codes in (["old_signature"], ["old_signature", "new_signature"], ["no_dates"]):
            reviewed(NOW - timedelta(days=1), NOW, A.REJECT, reasons=codes)
        figures = figures_for(TimeRange.DAYS_30, now=NOW)
        names = [(reason.name, reason.number) for reason in figures.reasons]
        assert names == [("No signature (old_signature)", 2), ("No dates", 1), ("No signature (new_signature)", 1)]
        assert [(mark.label, mark.count) for mark in reason_bars(figures.reasons)] == names
        in_file = {row[2]: row[3] for row in figure_rows(figures) if row[0] == "Reasons" and row[1] == "Rejected"}
        assert in_file == {
            "No signature (old_signature)": 2, "No dates (no_dates)": 1, "No signature (new_signature)": 1,
        }  # fmt: skip


class TestPeople:
    def test_everybody_who_decides_holds_or_decided_is_listed_by_name_with_zeros(self):
        zoe, adam, gone = ReviewerFactory(full_name="Zoe"), ReviewerFactory(full_name="Adam"), ReviewerFactory()
        gone.full_name, gone.is_active = "Moved away", False
        gone.save(update_fields=["full_name", "is_active"])
        reviewed(NOW - timedelta(days=2), NOW, by=gone)
        Claim.objects.filter(pk=claim_under_review().pk).update(reviewer=zoe, queue_due_on=NOW.date())
        load = figures_for(TimeRange.DAYS_30, now=NOW).people.workload
        assert [(each.person.full_name, each.open.number, each.decided) for each in load] == [
            ("Adam", 0, 0), ("Moved away", 0, 1), ("Zoe", 1, 0),
        ]  # fmt: skip
        assert load[2].open.average == 5
        assert adam.pk == load[0].person.pk

    def test_namesakes_are_told_apart_by_their_addresses(self):
        for name, email in (("Ada", "a@x.example"), ("Ada", "b@x.example"), ("Bo", "bo@x.example")):
            ReviewerFactory(full_name=name, email=email)
        figures = figures_for(TimeRange.DAYS_30, now=NOW)
        assert [load.name for load in figures.people.workload] == ["Ada (a@x.example)", "Ada (b@x.example)", "Bo"]
        keys = [row[:3] for row in figure_rows(figures)]
        assert len(keys) == len(set(keys))

    def test_cases_and_second_looks_are_work_too_and_what_nobody_has_stands_last(self):
        zoe, adam = ReviewerFactory(full_name="Zoe"), ReviewerFactory(full_name="Adam")
        for number in range(3):
            tenant, workload = TenantFactory(), WorkloadFactory(name=f"WORKLOAD X{number}")
            winner = filed(tenant, workload)
            filed(tenant, workload)
            case = running()[-1]
            if number:
                take_case(case, user=zoe, now=NOW)
            if number == 2:
                act(case, plan_for(case, **{f"WORKLOAD_X{number}": winner}), zoe)
        Claim.objects.update(reviewer=None)
        SecondLook.objects.all().delete()
        for by, at in ((adam, NOW), (adam, NOW - timedelta(days=90)), (None, None)):
            decision = event(claim_under_review(), A.REJECT, NOW - timedelta(days=90), by=zoe)
            SecondLook.objects.create(
                claim=decision.claim, decision=decision, first_reviewer=zoe, drawn_at=NOW, second_reviewer=by,
                looked_at=at, agrees=at and True,
            )  # fmt: skip
        people = figures_for(TimeRange.DAYS_30, now=NOW).people
        found = {load.name: (load.cases, load.looked) for load in people.workload}
        assert (found["Adam"], found["Zoe"]) == ((0, 1), (1, 0))
        assert (people.nobody.cases, people.nobody.looks) == (1, 1)
        assert people.nobody.open.number == Claim.objects.filter(status__in=IN_REVIEW).count()
