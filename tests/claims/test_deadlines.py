"""Clocks: to the boundary, once, never early."""

from datetime import timedelta

import pytest

from claims.deadlines import sweep
from claims.deciding import approve, request_action
from claims.enums import ClaimAction, ClaimStatus
from claims.models import Claim, ReasonCode
from claims.submitting import submit
from notifications.models import OutgoingEmail
from tests.answers import answer_everything
from tests.factories import NOW, claim_under_review, notify_customer, partner_actor, reviewer_actor

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def waiting():
    claim = claim_under_review()
    reasons = list(ReasonCode.objects.filter(code="poe_missing"))
    request_action(claim, reasons=reasons, message="", actor=reviewer_actor(), now=NOW)
    return claim


@pytest.fixture
def approved():
    claim = claim_under_review()
    approve(claim, actor=reviewer_actor(), now=NOW)
    notify_customer(claim)
    return claim


def test_an_unanswered_request_is_rejected_after_30_days_and_not_a_second_earlier(waiting):
    due = NOW + timedelta(days=30)
    assert sweep(now=due - SECOND)["lapsed"] == 0
    assert sweep(now=due)["lapsed"] == 1
    assert sweep(now=due + SECOND)["lapsed"] == 0
    waiting.refresh_from_db()
    assert waiting.status == ClaimStatus.REJECTED
    event = waiting.events.get(action=ClaimAction.LAPSE)
    assert event.data["reasons"][0]["code"] == "no_response"
    assert waiting.action_requests.get().closed_at == due


def test_an_answer_in_time_stops_the_clock(waiting):
    answer_everything(waiting)
    submit(waiting, actor=partner_actor(waiting), now=NOW + timedelta(days=29))
    assert set(sweep(now=NOW + timedelta(days=31)).values()) == {0}


def test_reminders_leave_7_and_2_days_before_the_end_once_each(waiting):
    counted = {day: sweep(now=NOW + timedelta(days=day))["reminded"] for day in (22, 23, 24, 27, 28, 29)}
    assert counted == {22: 0, 23: 1, 24: 0, 27: 0, 28: 1, 29: 0}
    days = [event.data["days"] for event in waiting.events.filter(action=ClaimAction.REMIND)]
    assert days == [7, 2]
    assert OutgoingEmail.objects.filter(kind="claim.remind").count() == 4


def test_after_a_long_pause_only_the_closest_reminder_leaves(waiting):
    assert sweep(now=NOW + timedelta(days=29))["reminded"] == 1
    assert waiting.events.get(action=ClaimAction.REMIND).data["days"] == 2


def test_the_window_closes_after_seven_days_and_not_a_second_earlier(approved):
    end = NOW + timedelta(days=7)
    assert sweep(now=end - SECOND)["windows_closed"] == 0
    assert sweep(now=end)["windows_closed"] == 1
    assert sweep(now=end)["windows_closed"] == 0
    approved.refresh_from_db()
    assert (approved.status, approved.in_effect_at) == (ClaimStatus.APPROVED, end)
    assert approved.events.filter(action=ClaimAction.CLOSE_WINDOW).count() == 1


def test_one_claim_that_cannot_be_moved_does_not_hold_the_others_up(waiting, monkeypatch):
    other = claim_under_review()
    reasons = list(ReasonCode.objects.filter(code="poe_missing"))
    request_action(other, reasons=reasons, message="", actor=reviewer_actor(), now=NOW)
    from claims.deadlines import requests

    real = requests.perform

    def broken_for_first(claim, *args, **kwargs):
        if claim.pk == waiting.pk:
            raise RuntimeError("disk on fire")
        return real(claim, *args, **kwargs)

    monkeypatch.setattr(requests, "perform", broken_for_first)
    assert sweep(now=NOW + timedelta(days=30))["lapsed"] == 1
    assert Claim.objects.get(pk=waiting.pk).status == ClaimStatus.ACTION_REQUIRED
    assert Claim.objects.get(pk=other.pk).status == ClaimStatus.REJECTED
