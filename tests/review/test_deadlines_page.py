"""The page «Deadlines»: every kind, soonest first, for those who answer for the clocks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.models import Association, Claim, StuckDeadline
from operations.models import Outcome, Sweep, SweepRun
from review import deadlines_page
from review.escalation import send_alerts
from review.models import Bar
from tests.claims.deadlines.scenes import DAY, SCENES, a_request, subscribed_claim, window
from tests.factories import LeadFactory, ReviewerFactory
from tests.review.leads.mornings import claim_of

pytestmark = pytest.mark.django_db
KINDS = ["answers", "reminders", "windows", "reviews", "overdue", "disputes", "drafts", "subscriptions"]


@pytest.fixture
def lead(client):
    person = LeadFactory()
    client.force_login(person)
    return person


def page(client, **query):
    answer = client.get(reverse("admin:review-deadlines"), query)
    assert answer.status_code == 200
    return answer


def test_every_kind_stands_there_soonest_first_with_what_will_happen(client, lead):
    now = timezone.now()
    scenes = [begin(now) for begin in SCENES]
    due_soon = claim_of(ReviewerFactory(full_name="Robin Reviewer"), queue_due_on=(now + 2 * DAY).date())
    held = subscribed_claim(now)
    held.tenant.subscriptions.update(next_lifecycle_at=now + 9 * DAY)
    Association.objects.filter(claim__in=[scene.row.pk for scene in scenes if isinstance(scene.row, Claim)]).filter(
        subscription__gone_at__isnull=False
    ).update(ending_since=now)
    answer = page(client)
    rows = answer.context["rows"]
    assert [row.moment for row in rows] == sorted(row.moment for row in rows)
    assert {row.kind.code for row in rows} == set(KINDS)
    text = answer.content.decode()
    for sentence in (
        "The claim is rejected, because the partner has not answered.",
        "The partner is reminded that 2 days are left to answer.",
        "The association is in effect, unless denied.",
        "Robin Reviewer is told that it is due.",
        "Leads are told that it is overdue, or administrators where no lead may know of it.",
        "The rejection can no longer be disputed.",
        ", unless that is back.",
        f"Subscription {held.tenant.subscriptions.get()} may end, and the association with it.",
        "in 23 hours",
    ):
        assert sentence in text, sentence
    assert reverse("admin:review-claim", args=[due_soon.pk]) in text
    draft = next(scene for scene in scenes if scene.clock == "claims_reminded")
    assert draft.row.name not in text
    for kind in KINDS:
        only = page(client, kind=kind).context["rows"]
        assert {row.kind.code for row in only} == {kind}
        assert [row.address for row in only] == [row.address for row in rows if row.kind.code == kind]
    fragment = client.get(reverse("admin:review-deadlines"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "The association is in effect, unless denied." in fragment


def test_overdue_ones_come_first_and_say_so_and_whether_leads_were_told(client, lead):
    now = timezone.now()
    window(now)
    late = claim_of(ReviewerFactory(), queue_due_on=(now - 2 * DAY).date())
    first = page(client).context["rows"][0]
    assert (first.claim, first.passed, first.happens) == (
        late,
        True,
        "Leads are told that it is overdue, or administrators where no lead may know of it.",
    )
    send_alerts(now=now)
    answer = page(client)
    assert answer.context["rows"][0].happens == "The alert has gone out. It still waits for an answer."
    assert "Overdue, 1 day ago" in answer.content.decode()


def test_pages_follow_each_other_without_gap_or_repetition(client, lead, monkeypatch):
    monkeypatch.setattr(deadlines_page, "PAGE_SIZE", 3)
    now = timezone.now()
    for _ in range(3):  # the same moments three times over
        a_request(now)
        window(now)
        claim_of(None, queue_due_on=(now + 3 * DAY).date())
    whole, after = [], ""
    for _ in range(20):
        answer = page(client, after=after)
        whole += [row.address for row in answer.context["rows"]]
        after = answer.context["next_key"]
        if not after:
            break
    assert len(whole) == len(set(whole)) == 3 * (3 + 1 + 2)
    assert whole == sorted(whole, key=lambda address: address.split("_")[0])
    for odd in ("x", "2026-01-01_1_1", f"{now.isoformat()}_1_{'9' * 30}", "9999-12-31T23:59:59+00:00_0_1"):
        assert page(client, after=odd).context["is_first"]


def test_a_lead_who_is_barred_from_a_partner_finds_none_of_its_deadlines(client, lead):
    now = timezone.now()
    shown, hidden = window(now).row, a_request(now)
    Bar.objects.create(reviewer=lead, organization=hidden.organization, reason="Worked there", set_at=now)
    answer = page(client)
    assert [row.claim for row in answer.context["rows"]] == [shown]
    assert hidden.organization.name not in answer.content.decode()
    assert [each.count for each in answer.context["filters"]][:2] == ["1", "0"]


def test_it_says_what_the_sweeps_did_and_what_could_not_take_effect(client, lead):
    now = timezone.now()
    sweep, _ = Sweep.objects.update_or_create(
        name="claims.sweep_deadlines",
        defaults={"known_since": now, "last_finished_at": now, "last_succeeded_at": now, "last_outcome": Outcome.OK},
    )
    counts = {"lapsed": 3, "failed": 1, "reminded": 0}
    SweepRun.objects.create(sweep=sweep, started_at=now, finished_at=now, outcome=Outcome.OK, counts=counts)
    StuckDeadline.objects.create(
        clock="lapsed", key="1000001", failures=2, error="RuntimeError: <b>disk on fire</b>", since=now, retry_at=now
    )
    text = page(client).content.decode()
    assert "1 failed, 3 lapsed" in text
    assert "Lapsed of 1000001: failed 2 times" in text
    assert "RuntimeError: &lt;b&gt;disk on fire" in text
    assert reverse("admin:review-operations") in text


def test_three_rows_of_each_kind_ask_no_more_than_one(client, lead, django_assert_num_queries):
    now = timezone.now() + timedelta(seconds=1)

    def furnish():
        for begin in SCENES:
            begin(now)
        claim_of(ReviewerFactory(), queue_due_on=(now + 2 * DAY).date())

    address = reverse("admin:review-deadlines")
    furnish()
    client.get(address)
    with django_assert_num_queries(20):
        client.get(address)
    furnish()
    furnish()
    with django_assert_num_queries(20):
        client.get(address)
