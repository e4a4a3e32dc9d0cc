"""How the queue words the time that is left."""

from datetime import date

import pytest

from claims.calendar import calendar_between
from claims.enums import ClaimStatus
from claims.models import Claim, Holiday
from review.queue.due import due_of
from review.queue.pages import rows_of
from tests.factories import NOW, claim_under_review

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)  # Thanksgiving is on the 26th


@pytest.mark.parametrize(
    ("status", "day", "text", "tone"),
    [
        ("under_review", date(2026, 12, 1), "4 business days left", "calm"),
        ("under_review", date(2026, 11, 27), "2 business days left", "calm"),
        ("under_review", date(2026, 11, 25), "1 business day left", "soon"),
        ("under_review", TUESDAY, "due today", "today"),
        ("under_review", date(2026, 11, 23), "1 business day overdue", "late"),
        ("disputed", date(2026, 11, 20), "2 business days overdue", "late"),
        ("submitted", date(2026, 11, 30), "start by Nov 30", "calm"),
        ("submitted", TUESDAY, "start today", "today"),
        ("submitted", date(2026, 11, 20), "start 2 business days overdue", "late"),
    ],
)
def test_what_is_left_is_counted_in_business_days_and_worded_by_status(status, day, text, tone, settings):
    settings.REVIEW_CALENDAR_COUNTRY = "US"
    due = due_of(Claim(status=status, queue_due_on=day), today=TUESDAY, calendar=calendar_between(date(2026, 1, 1)))
    assert (due.day, due.text, due.tone) == (day, text, tone)


def test_a_claim_due_on_friday_is_overdue_on_saturday_although_no_business_day_has_passed():
    friday, saturday = date(2026, 11, 20), date(2026, 11, 21)
    claim = Claim(status=ClaimStatus.UNDER_REVIEW, queue_due_on=friday)
    assert due_of(claim, today=saturday, calendar=calendar_between(friday)).text == "overdue"


@pytest.mark.parametrize("status", ["partner_action_required", "approved", "rejected", "editing"])
def test_a_claim_that_does_not_wait_for_microsoft_has_no_clock(status):
    claim = Claim(status=status, queue_due_on=TUESDAY, review_due_on=TUESDAY)
    assert due_of(claim, today=TUESDAY, calendar=calendar_between(TUESDAY)) is None


def test_holidays_that_staff_enter_count_and_cost_one_query_for_all_rows(django_assert_num_queries):
    claims = [claim_under_review(queue_due_on=date(2026, 12, 1)) for _ in range(3)]
    with django_assert_num_queries(1):
        (before, *_) = rows_of([annotated(claim) for claim in claims], now=NOW)
    Holiday.objects.create(date=date(2026, 11, 30), name="Inventory", is_working_day=False)
    (after, *_) = rows_of([annotated(claim) for claim in claims], now=NOW)
    assert (before.due.text, after.due.text) == ("4 business days left", "3 business days left")


def annotated(claim):
    claim.conflict = claim.denied_before = claim.stale_subscription = False
    return claim
