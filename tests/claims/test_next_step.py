"""What happens next, who must act and until when, for every state of a claim."""

from datetime import UTC, date, datetime, timedelta

import pytest

from claims.calendar import business_days_until, calendar_around
from claims.enums import ClaimStatus
from claims.models import Claim, Holiday
from claims.next_step import Who, next_step_of, time_left

pytestmark = pytest.mark.django_db  # business days look for entries of staff
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # the Tuesday before Thanksgiving
S = ClaimStatus


def step(status, *, flags=None, **fields):
    return next_step_of(
        Claim(status=status, activities=fields.pop("activities", ["usage"]), **fields), now=NOW, **(flags or {})
    )


@pytest.mark.parametrize(
    ("status", "who"),
    [
        (S.EDITING, Who.PARTNER),
        (S.SUBMITTED, Who.MICROSOFT),
        (S.UNDER_REVIEW, Who.MICROSOFT),
        (S.DISPUTED, Who.MICROSOFT),
        (S.ACTION_REQUIRED, Who.PARTNER),
        (S.APPROVED, Who.MICROSOFT),
        (S.REJECTED, Who.NOBODY),
        (S.CONSENT_DENIED, Who.NOBODY),
        (S.ENDED, Who.NOBODY),
        (S.DISCARDED, Who.NOBODY),
    ],
)
def test_every_state_says_whose_turn_it_is(status, who):
    found = step(status)
    assert found.who == who
    assert found.text.endswith(".")


def test_all_states_are_in_the_test_above():
    [mark] = test_every_state_says_whose_turn_it_is.pytestmark
    assert {row[0] for row in mark.args[1]} == set(ClaimStatus)


def test_a_draft_asks_for_proof_until_it_is_ready_and_a_revenue_association_never_does():
    assert "Upload proof of execution" in step(S.EDITING).text
    assert step(S.EDITING, flags={"ready": True}).text.startswith("Submit the claim.")
    assert "proof" not in step(S.EDITING, activities=["revenue_association"]).text


def test_business_days_leave_out_weekends_and_holidays():
    tuesday = date(2026, 11, 24)
    assert business_days_until(date(2026, 11, 25), today=tuesday) == 1
    assert business_days_until(date(2026, 11, 30), today=tuesday) == 3  # Thanksgiving and a weekend lie between
    assert business_days_until(tuesday, today=tuesday) == 0
    assert business_days_until(date(2026, 11, 20), today=tuesday) == -2


@pytest.mark.parametrize(
    ("due", "left"),
    [
        (date(2026, 11, 30), "3 business days left"),
        (date(2026, 11, 25), "1 business day left"),
        (date(2026, 11, 24), "today is the last day"),
        (date(2026, 11, 23), "overdue by 1 business day"),
        (date(2026, 11, 20), "overdue by 2 business days"),
    ],
)
@pytest.mark.parametrize("status", [S.UNDER_REVIEW, S.DISPUTED])
def test_the_review_clock_counts_business_days(status, due, left):
    clock = step(status, review_due_on=due).clock
    assert (clock.at, clock.left, clock.late) == (due, left, due < NOW.date())
    assert clock.label.startswith("Microsoft's answer was due" if clock.late else "Microsoft answers by")


def test_an_overdue_review_says_why_it_is_late():
    rivals = step(S.UNDER_REVIEW, review_due_on=date(2026, 11, 20), flags={"rivals": True})
    assert "We are late because another partner claims or holds a part of this claim" in rivals.also
    assert "has not been forgotten" in step(S.UNDER_REVIEW, review_due_on=date(2026, 11, 20)).also
    on_time = step(S.UNDER_REVIEW, review_due_on=date(2026, 11, 30), flags={"rivals": True})
    assert "may take longer" in on_time.also


def test_a_due_date_that_became_a_holiday_is_not_called_the_last_day_before_it_comes():
    due = NOW.date() + timedelta(days=1)
    Holiday.objects.create(date=due, name="Company holiday")
    assert step(S.UNDER_REVIEW, review_due_on=due).clock.left == "no business day left"


def test_with_a_calendar_in_hand_nothing_is_read(django_assert_num_queries):
    due = date(2026, 11, 30)
    calendar = calendar_around(NOW.date(), [due])
    with django_assert_num_queries(0):
        clock = step(S.UNDER_REVIEW, review_due_on=due, flags={"calendar": calendar}).clock
    assert clock.left == "3 business days left"


def test_the_thirty_days_are_counted_down_with_a_bar():
    clock = step(S.ACTION_REQUIRED, action_due_at=NOW + timedelta(days=6, hours=1)).clock
    assert (clock.left, clock.elapsed, clock.total, clock.late) == ("6 days left", 24, 30, False)
    passed = step(S.ACTION_REQUIRED, action_due_at=NOW - timedelta(seconds=1)).clock
    assert (passed.left, passed.elapsed, passed.late) == ("time is over", 30, True)


def test_the_opt_out_date_is_told_until_it_has_passed():
    running = step(S.APPROVED, opt_out_until=NOW + timedelta(days=3))
    assert (running.who, running.clock.left, running.clock.elapsed) == (Who.CUSTOMER, "3 days left", 4)
    over = step(S.APPROVED, opt_out_until=NOW)
    assert over.clock is None
    assert "The opt-out period ended on November 24, 2026, 10:00 AM UTC." in over.text
    assert "revenue association is in effect" in step(S.APPROVED, activities=["revenue_association"]).text


def test_before_the_message_left_and_after_it_failed_no_day_is_counted():
    assert step(S.APPROVED, in_effect_at=NOW).who == Who.NOBODY
    assert "Microsoft is notifying the customer" in step(S.APPROVED).text
    missed = step(S.APPROVED, customer_trouble="undeliverable")
    assert (missed.who, missed.clock) == (Who.PARTNER, None)
    assert "Correct the customer contact" in missed.text


def test_a_rejection_can_be_disputed_until_the_thirtieth_day_and_once():
    open_window = step(S.REJECTED, dispute_until=NOW + timedelta(days=1))
    assert (open_window.who, open_window.clock.at) == (Who.PARTNER, NOW + timedelta(days=1))
    assert step(S.REJECTED, dispute_until=NOW + timedelta(seconds=1)).clock is not None
    assert step(S.REJECTED, dispute_until=NOW).clock is None
    assert step(S.REJECTED).clock is None
    assert "final" in step(S.REJECTED, decided_at=NOW, flags={"disputed": True}).text


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(days=2), "2 days left"),
        (timedelta(days=1, hours=23), "1 day left"),
        (timedelta(hours=23), "less than a day left"),
        (timedelta(0), "time is over"),
    ],
)
def test_time_left_is_rounded_down(ahead, said):
    assert time_left(NOW + ahead, now=NOW) == said
