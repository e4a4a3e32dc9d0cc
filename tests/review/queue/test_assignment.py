"""Who has a claim: from its page, by «Next claim», and by doing nothing for too long."""

import threading
import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from claims.actors import Actor
from claims.calendar import beginning_of, business_time_ago, next_business_day_begins
from claims.deciding import start_review
from claims.enums import DECIDED, IN_REVIEW, PARTNERS_OWN, ClaimStatus, QueueRank
from claims.findings import Finding
from claims.models import Claim, ClaimEvent, ReasonCode
from claims.models.holiday import Holiday
from claims.queries import events_of
from review.arbitration.deciding import decide
from review.arbitration.plans import Plan
from review.arbitration.questions import ask_all
from review.arbitration.room import room_of, state_of
from review.assigning import assign, held_since, lost_by_idling, release_idle, take, take_next
from review.models import Assignment, Bar
from review.tasks import release_idle_claims
from tests.factories import (
    NOW,
    AuditorFactory,
    ClaimFactory,
    LeadFactory,
    MembershipFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    submitted_claim,
)
from tests.review.arbitration.rivals import filed, running
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db
NEXT = "/admin/claims/next/"


def berlin(*moment):
    return datetime(*moment, tzinfo=ZoneInfo("Europe/Berlin"))


def waiting(days=0, **fields):
    return submitted_claim(queue_due_on=NOW.date() + timedelta(days=days), **fields)


def post(client, name, claim, **data):
    return client.post(reverse(f"admin:review-{name}", args=[claim.pk]), data)


def holder(claim):
    return Claim.objects.get(pk=claim.pk).reviewer


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_free_claim_is_taken_and_released_again_and_the_log_says_so(desk, reviewer):
    claim = waiting()
    assert post(desk, "take", claim).headers["Location"] == f"/admin/claims/{claim.pk}/"
    assert holder(claim) == reviewer
    assert post(desk, "take", claim).status_code == 302, "twice is fine"
    post(desk, "release", claim)
    assert holder(claim) is None
    rows = Assignment.objects.order_by("pk").values_list("kind", "reviewer", "before", "by")
    assert list(rows) == [("taken", reviewer.pk, None, reviewer.pk), ("released", None, reviewer.pk, reviewer.pk)]


@pytest.mark.parametrize("name", ["take", "release"])
def test_somebody_elses_claim_is_refused_with_a_sentence(desk, name):
    other = ReviewerFactory()
    claim = waiting(reviewer=other)
    response = post(desk, name, claim)
    assert response.status_code == 409
    expected = {
        "take": "Somebody else has this claim.",
        "release": "Only its reviewer or a lead can release this claim.",
    }
    assert expected[name] in response.content.decode()
    assert holder(claim) == other
    assert not Assignment.objects.exists()


def test_a_decided_claim_and_the_dispute_of_an_own_rejection_are_not_taken(desk, reviewer):
    decided = ClaimFactory(status=ClaimStatus.REJECTED, submissions=1, submitted_at=NOW, decided_at=NOW)
    response = post(desk, "take", decided)
    assert (response.status_code, b"Only a claim in review has a reviewer." in response.content) == (409, True)
    disputed = ClaimFactory(
        status=ClaimStatus.DISPUTED,
        submissions=1,
        submitted_at=NOW,
        queue_due_on=NOW.date(),
        queue_rank=QueueRank.DISPUTE,
    )
    ClaimEvent.objects.create(
        claim=disputed, action="reject", from_status="under_review", to_status="rejected", at=NOW, actor=reviewer,
        actor_kind="reviewer", actor_name="Robin",
    )  # fmt: skip
    ClaimEvent.objects.create(
        claim=disputed, action="dispute", from_status="rejected", to_status="disputed", at=NOW,
        actor=disputed.created_by, actor_kind="partner", actor_name="Pat",
    )  # fmt: skip
    response = post(desk, "take", disputed)
    assert (response.status_code, b"You rejected this claim" in response.content) == (409, True)
    assert b"Take this claim" not in desk.get(f"/admin/claims/{disputed.pk}/").content
    assert take_next(reviewer, now=NOW) is None
    assert take_next(ReviewerFactory(), now=NOW) == disputed


@pytest.mark.parametrize("whose", ["own", "of another"])
@pytest.mark.parametrize("status", sorted(set(ClaimStatus) - IN_REVIEW))
def test_outside_of_the_review_nobody_takes_releases_or_gets_a_claim_whoever_had_it(client, status, whose):
    lead = LeadFactory()
    had = lead if whose == "own" else ReviewerFactory()
    due = {"action_due_at": NOW} if status == ClaimStatus.ACTION_REQUIRED else {}
    decided = {"decided_at": NOW} if status in DECIDED else {}
    claim = ClaimFactory(status=status, submissions=1, submitted_at=NOW, reviewer=had, **due, **decided)
    client.force_login(lead)
    for name in ("take", "release", "assign"):
        response = post(client, name, claim, to=had.pk)
        taken_back = status in PARTNERS_OWN
        assert (response.status_code, told(response)) == (403 if taken_back else 409, []), name
        sentence = "The partner took this claim back" if taken_back else "Only a claim in review has a reviewer."
        assert sentence in response.content.decode(), name
    shown = f"{claim.pk}.{claim.version}.{had.pk}"
    for act in ("take", "release", "assign"):
        response = client.post("/admin/claims/several/", {"act": act, "claim": [shown], "to": had.pk})
        assert not [text for text in told(response) if text.startswith("You ")], act
    assert holder(claim) == had
    assert not Assignment.objects.exists()


def test_a_lead_assigns_and_takes_away_and_others_may_not(client):
    lead, to, claim = LeadFactory(), ReviewerFactory(full_name="Robin Field"), waiting()
    client.force_login(ReviewerFactory())
    assert post(client, "assign", claim, to=to.pk).status_code == 403
    assert holder(claim) is None
    client.force_login(lead)
    response = post(client, "assign", claim, to=to.pk)
    assert (holder(claim), told(response)) == (to, ["Robin Field has this claim now."])
    post(client, "release", claim)
    assert holder(claim) is None


@pytest.mark.parametrize("to", ["", "abc", "0", "9" * 40])
def test_assigning_to_nobody_or_to_somebody_who_does_not_decide_is_refused(client, to):
    client.force_login(LeadFactory())
    claim = waiting()
    for person in (to, AuditorFactory().pk, MembershipFactory().user.pk):
        response = post(client, "assign", claim, to=person)
        assert response.status_code == 409
        assert "Choose a person who decides on claims." in response.content.decode()
    assert holder(claim) is None


def test_next_claim_takes_the_most_urgent_one_that_one_may_have(desk, reviewer):
    barred, urgent = waiting(0), waiting(2)
    Bar.objects.create(reviewer=reviewer, organization=barred.organization, reason="Family", set_at=NOW)
    waiting(1, reviewer=ReviewerFactory())
    dispute = waiting(2, queue_rank=QueueRank.DISPUTE)
    for expected in (dispute, urgent):
        response = desk.post(NEXT)
        assert response.headers["Location"] == f"/admin/claims/{expected.pk}/"
        assert holder(expected) == reviewer
    response = desk.post(NEXT)
    assert response.headers["Location"] == "/admin/claims/"
    assert told(response)[-1] == "No claim waits for a reviewer. Claims that others have are in the queue."
    assert holder(barred) is None


def test_next_claim_leaves_out_the_one_that_is_open(desk):
    first, second = waiting(0), waiting(1)
    assert desk.post(NEXT, {"besides": first.pk}).headers["Location"] == f"/admin/claims/{second.pk}/"
    assert desk.post(NEXT, {"besides": "²"}).headers["Location"] == f"/admin/claims/{first.pk}/"


def test_auditors_partners_and_strangers_change_nothing(client):
    claim = waiting()
    addresses = [NEXT, *(reverse(f"admin:review-{name}", args=[claim.pk]) for name in ("take", "release", "assign"))]
    for address in addresses:
        assert client.post(address).status_code == 302
    for person in (AuditorFactory(), MembershipFactory(organization=claim.organization).user):
        client.force_login(person)
        for address in addresses:
            assert client.post(address, follow=True).status_code == 403, address
            assert client.get(address, follow=True).status_code in {403, 405}, address
    assert holder(claim) is None
    assert not Assignment.objects.exists()


def test_a_foreign_draft_or_an_id_beyond_all_ids_is_not_found(desk):
    draft = ClaimFactory()
    for pk in (draft.pk, 1, "9" * 30):
        assert desk.post(f"/admin/claims/{pk}/take/").status_code == 404
    assert holder(draft) is None


def test_a_claim_is_released_just_after_a_day_without_activity_and_its_reviewer_is_told(desk, reviewer, settings):
    settings.REVIEWER_IDLE_HOURS = 24
    day, now = timedelta(hours=24), timezone.now()
    ago = business_time_ago(now, day)
    exact = waiting(reviewer=reviewer, reviewer_active_at=ago)
    over = waiting(reviewer=reviewer, reviewer_active_at=ago - timedelta(microseconds=1), name="Idle claim")
    unknown = waiting(reviewer=reviewer, last_activity_at=ago - timedelta(seconds=1))
    decided = ClaimFactory(
        status=ClaimStatus.REJECTED, submissions=1, decided_at=NOW, reviewer=reviewer, reviewer_active_at=now - 9 * day
    )
    assert release_idle(now=now) == 2
    assert [holder(claim) for claim in (exact, over, unknown, decided)] == [reviewer, None, None, reviewer]
    assert {row.claim for row in lost_by_idling(reviewer, since=ago)} == {over, unknown}
    assert {row.claim for row in desk.get("/admin/").context["idle"]} == {over, unknown}
    assert "Back in the queue" in desk.get("/admin/").content.decode()
    assert release_idle(now=now) == 0
    assert take_next(ReviewerFactory(), now=now) == over, "it is back at the top of the queue"
    assert {row.claim for row in desk.get("/admin/").context["idle"]} == {unknown}, "somebody else has the other now"


IDLE = [  # without activity since when, still held until when
    ("over a weekend", (2026, 11, 20, 15), (2026, 11, 23, 15)),
    ("within the week", (2026, 11, 23, 15), (2026, 11, 24, 15)),
    ("over Thanksgiving and the weekend", (2026, 11, 25, 9), (2026, 11, 27, 9)),
    ("from a Saturday on", (2026, 11, 21, 12), (2026, 11, 24, 0)),
    ("when clocks went back on a Sunday", (2026, 10, 23, 15), (2026, 10, 26, 15)),
    ("over an outing of the company", (2026, 12, 1, 8), (2026, 12, 3, 8)),
    ("over a Saturday that is worked", (2026, 12, 4, 8), (2026, 12, 5, 8)),
]


@pytest.mark.parametrize(("active", "held"), [row[1:] for row in IDLE], ids=[row[0] for row in IDLE])
def test_only_hours_of_business_days_let_a_claim_go_back_to_the_queue(reviewer, settings, active, held):
    settings.TIME_ZONE, settings.REVIEWER_IDLE_HOURS = "Europe/Berlin", 24
    Holiday.objects.create(date=date(2026, 12, 2), name="Outing", is_working_day=False)
    Holiday.objects.create(date=date(2026, 12, 5), name="Inventory", is_working_day=True)
    claim = waiting(reviewer=reviewer, reviewer_active_at=berlin(*active))
    assert release_idle(now=berlin(*held)) == 0
    assert release_idle(now=berlin(*held) + timedelta(seconds=1)) == 1
    assert holder(claim) is None


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25)], ids=["clocks go forward", "clocks go back"]
)
def test_a_business_day_counts_as_many_hours_as_it_has(settings, day, hours):
    """Clocks change on Sundays; where one is worked, the day is an hour shorter or longer."""
    settings.TIME_ZONE = "Europe/Berlin"
    Holiday.objects.create(date=day, name="Inventory", is_working_day=True)
    monday = beginning_of(day + timedelta(days=1))
    for back in (1, 12, hours - 1):
        assert business_time_ago(monday, timedelta(hours=back)) == monday - timedelta(hours=back)
    friday_ended = beginning_of(day - timedelta(days=1))
    assert business_time_ago(monday, timedelta(hours=hours)) == friday_ended
    assert business_time_ago(monday, timedelta(hours=hours + 2)) == friday_ended - timedelta(hours=2)


def test_what_a_lead_gave_away_on_friday_may_lie_until_monday_has_passed(settings):
    settings.TIME_ZONE, settings.REVIEWER_IDLE_HOURS = "Europe/Berlin", 24
    claim, to = waiting(), ReviewerFactory()
    assign(claim, to=to, by=LeadFactory(), now=berlin(2026, 11, 20, 15))
    assert release_idle(now=berlin(2026, 11, 24, 0)) == 0
    assert release_idle(now=berlin(2026, 11, 24, 0) + timedelta(seconds=1)) == 1
    assert holder(claim) is None


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_claim_that_is_decided_while_the_sweep_runs_keeps_its_reviewer():
    reviewer = ReviewerFactory()
    now = timezone.now()
    claim = claim_under_review(reviewer=reviewer, reviewer_active_at=now - timedelta(days=20))
    locked = threading.Event()

    def decide_slowly():
        with transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(status=ClaimStatus.REJECTED, decided_at=now)
            locked.set()
            time.sleep(1)  # the sweep has read the claim as it was, and waits for the row

    def sweep():
        assert locked.wait(20)
        assert release_idle(now=now) == 0

    assert at_once(decide_slowly, sweep) == ["done", "done"]
    assert holder(claim) == reviewer
    assert not Assignment.objects.exists()


def test_the_sweep_of_celery_calls_the_rule():
    claim = waiting(reviewer=ReviewerFactory(), reviewer_active_at=timezone.now() - timedelta(days=9))
    assert release_idle_claims() == 1
    assert holder(claim) is None


def test_partners_learn_nothing_of_assignments(client):
    secret = ReviewerFactory(full_name="Secretia Robinson")
    claim = claim_under_review(queue_due_on=NOW.date())
    client.force_login(secret)
    post(client, "take", claim)
    post(client, "release", claim)
    post(client, "take", claim)
    assert not events_of(claim).exists(), "the history that partners read has no row of it"
    client.force_login(MembershipFactory(organization=claim.organization).user)
    for name in ("claim", "claim-history"):
        assert b"Secretia" not in client.get(reverse(name, args=[claim.pk])).content
    for kind in ("claims", "history"):
        answer = client.get(reverse("claims-export-file"), {"file": kind})
        assert b"Secretia" not in b"".join(answer.streaming_content)


class TestBeginning:
    """Who has a claim once its review began."""

    def log_of(self, claim):
        rows = Assignment.objects.filter(claim=claim).order_by("pk")
        return list(rows.values_list("kind", "reviewer", "before", "by"))

    def test_a_claim_that_nobody_has_becomes_the_reviewers_own_and_the_log_says_so(self, desk, reviewer):
        claim = waiting()
        post(desk, "start", claim, version=claim.version)
        assert holder(claim) == reviewer
        assert self.log_of(claim) == [("taken", reviewer.pk, None, reviewer.pk)]
        assert held_since(Claim.objects.get(pk=claim.pk)) is not None
        assert "took the claim." in desk.get(f"/admin/claims/{claim.pk}/").content.decode()

    def test_whoever_was_given_a_claim_keeps_it_when_a_colleague_begins(self, client):
        lead, to, claim = LeadFactory(), ReviewerFactory(), waiting()
        assign(claim, to=to, by=lead, now=NOW)
        start_review(Claim.objects.get(pk=claim.pk), actor=Actor.reviewer(lead), now=NOW + timedelta(hours=1))
        claim = Claim.objects.get(pk=claim.pk)
        begins = next_business_day_begins(NOW)
        assert (claim.status, claim.reviewer, claim.reviewer_active_at) == (ClaimStatus.UNDER_REVIEW, to, begins)
        assert self.log_of(claim) == [("given", to.pk, None, lead.pk)]

    def test_whoever_took_it_while_a_colleague_looked_keeps_it_and_is_not_logged_twice(self, reviewer):
        claim, other = waiting(), ReviewerFactory()
        seen = Claim.objects.get(pk=claim.pk)
        take(claim, user=other, now=NOW)
        start_review(seen, actor=Actor.reviewer(reviewer), now=NOW)
        assert (seen.reviewer, holder(claim)) == (other, other)
        mine = waiting()
        take(mine, user=reviewer, now=NOW)
        start_review(mine, actor=Actor.reviewer(reviewer), now=NOW)
        assert [row[0] for row in self.log_of(mine)] == ["taken"]

    @pytest.mark.parametrize("act", ["ask", "decide"])
    def test_a_case_takes_no_claim_from_whoever_was_given_it(self, reviewer, act):
        tenant, intune = TenantFactory(), WorkloadFactory()
        given, free = filed(tenant, intune), filed(tenant, intune)
        to, (case,) = ReviewerFactory(), running()
        assign(given, to=to, by=LeadFactory(), now=NOW)
        if act == "ask":
            asked = [Finding(ReasonCode.objects.get(code="dates_missing"))]
            ask_all(case, reasons=asked, message="", user=reviewer, now=NOW)
        else:
            room = room_of(case)
            party = room.parties[0].pk
            plan = Plan({item.pk: party for item in room.items}, {each.pk: "Newer." for each in room.parties})
            decide(case, plan=plan, reason="Newer.", seen=state_of(room), user=reviewer, now=NOW)
        assert (holder(given), holder(free)) == (to, reviewer)
        assert [row[0] for row in self.log_of(given)] == ["given"]
        assert self.log_of(free) == [("taken", reviewer.pk, None, reviewer.pk)]
