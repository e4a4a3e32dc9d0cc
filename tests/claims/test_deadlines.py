"""Clocks: to the boundary, once, never early."""

from datetime import timedelta

import pytest

from claims.deadlines import sweep
from claims.deciding import approve, request_action
from claims.enums import ClaimAction, ClaimStatus
from claims.models import Claim, ReasonCode
from claims.submitting import submit
from customers import consent
from customers.models import ConsentRequest
from notifications.models import Notice, OutgoingEmail
from tests.answers import answer_everything
from tests.factories import NOW, WorkloadFactory, claim_under_review, notify_customer, partner_actor, reviewer_actor

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


@pytest.mark.parametrize(
    ("left", "subject"),
    [
        (timedelta(days=2), "2 days left to respond"),
        (timedelta(days=2) - timedelta(minutes=5), "2 days left to respond"),
        (timedelta(days=1), "1 day left to respond"),
        (timedelta(hours=22), "22 hours left to respond"),
        (timedelta(hours=1, minutes=59), "1 hour left to respond"),
        (timedelta(minutes=59), "Less than an hour left to respond"),
    ],
)
def test_a_reminder_says_what_is_really_left_also_after_a_standstill(waiting, left, subject):
    due = NOW + timedelta(days=30)
    assert sweep(now=due - left)["reminded"] == 1
    assert OutgoingEmail.objects.filter(kind="claim.remind").first().subject.startswith(subject)


def test_days_in_messages_are_those_of_the_settings(approved, waiting, settings):
    settings.OPT_OUT_DAYS, settings.REVIEW_BUSINESS_DAYS = 1, 3
    sweep(now=NOW + timedelta(days=7))
    assert "did not opt out within 1 day. Your" in Notice.objects.filter(kind="claim.close_window").first().body
    answer_everything(waiting)
    submit(waiting, actor=partner_actor(waiting), now=NOW)
    assert "within 3 business days" in OutgoingEmail.objects.filter(kind="claim.resubmit").first().text


def test_the_end_of_the_window_tells_truly_that_a_part_was_denied_and_what_was_taken_back():
    products = WorkloadFactory.create_batch(2)
    told = []
    for takes_back in (False, True):
        claim = claim_under_review(products=products)
        approve(claim, actor=reviewer_actor(), now=NOW)
        notify_customer(claim)
        request, key = ConsentRequest.objects.get(reference=str(claim.pk)), f"product:{products[0].pk}"
        denial = {"reasons": ["unknown_partner"], "comment": "", "share_comment": False, "by": ""}
        consent.deny_items(request, keys=[key], now=NOW, **denial)
        if takes_back:
            consent.restore_items(request, keys=[key], now=NOW + SECOND, by="")
        sweep(now=NOW + timedelta(days=7))
        told.append(Notice.objects.get(kind="claim.close_window", reference=str(claim.pk)).body)
    assert told == [
        "The customer denied a part of your association, and did not opt out of the rest within 7 days. The rest is in effect.",
        "The customer did not opt out within 7 days. Your association is in effect.",
    ]
