"""The page «Operations»: who reads it, what it says of sweeps that are late or failed, and how its log turns pages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from operations.models import Sweep, SweepRun
from operations.sweeps import note_failure, note_success
from review.operations_page import counts_in_words, in_words
from tests.factories import AuditorFactory, LeadFactory, MembershipFactory, ReviewerFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/operations/"
NAME = "claims.sweep_deadlines"


@pytest.fixture
def lead(client):
    client.force_login(LeadFactory())
    return client


def runs(number):
    """So many runs that did something, the newest a minute ago."""
    now = timezone.now()
    for age in range(number, 0, -1):
        at = now - timedelta(minutes=age)
        note_success(NAME, counts={"windows_closed": 1000 + age}, started=at, now=at)


def test_leads_and_auditors_read_it_and_nobody_else(client):
    assert reverse("admin:review-operations") == PAGE
    assert client.get(PAGE).status_code == 302
    for person, status in ((LeadFactory(), 200), (AuditorFactory(), 200), (ReviewerFactory(), 403)):
        client.force_login(person)
        assert client.get(PAGE).status_code == status
        assert (f'href="{PAGE}"' in client.get("/admin/").content.decode()) == (status == 200)
    assert "how the portal runs" in client.get(PAGE).content.decode()
    assert client.post(PAGE).status_code == 403
    client.force_login(MembershipFactory().user)
    assert client.get(PAGE).status_code in {302, 403}


def test_it_tells_how_each_sweep_stands(lead):
    now = timezone.now()
    Sweep.objects.update(known_since=now)
    runs(1)
    note_failure("review.mend_ranks", error=ValueError("<b>ola@fabrikam.example</b>"), started=now, now=now)
    Sweep.objects.filter(name="notifications.send_queued_mail").update(last_succeeded_at=now - timedelta(hours=2))
    page = lead.get(PAGE)
    text = page.content.decode()
    for words in (
        "Lets deadlines of claims take effect and sends reminders.", "Every 5 minutes", "1 minute ago", "1,001 windows closed",
        '<span class="desk-tag desk-tag--success">On time</span>', '<span class="desk-tag desk-tag--danger">Late</span>',
        '<span class="desk-tag desk-tag--warning">Failed</span>', '<span class="desk-tag">Not run yet</span>',
        "ValueError: &lt;b&gt;***@fabrikam.example&lt;/b&gt;", "Needs attention", "failed at its last run", "Not installed",
        "PostgreSQL, where everything is kept.",
    ):  # fmt: skip
        assert words in text, words
    states = {row.standing.scheduled.name: row.standing.state for row in page.context["sweeps"]}
    assert (states[NAME], states["review.mend_ranks"], states["notifications.send_queued_mail"]) == (
        "on_time",
        "failed",
        "late",
    )


def test_it_asks_the_database_the_same_for_one_row_and_for_three(lead, django_assert_num_queries):
    runs(1)
    lead.get(PAGE)
    with django_assert_num_queries(7):
        lead.get(PAGE)
    runs(2)
    with django_assert_num_queries(7):
        lead.get(PAGE)


def test_the_log_turns_by_key_as_a_page_and_as_a_part_of_it(lead):
    assert "No sweep has found anything to do yet." in lead.get(PAGE).content.decode()
    runs(27)
    first = lead.get(PAGE)
    assert [row.did for row in first.context["log"]] == [f"{1000 + age:,} windows closed" for age in range(1, 26)]
    key = first.context["next_key"]
    assert f'href="?before={key}#log"' in first.content.decode()
    whole, part = lead.get(PAGE, {"before": key}), lead.get(PAGE, {"before": key}, headers={"HX-Request": "true"})
    for answer in (whole, part):
        text = answer.content.decode()
        assert ("1,026 windows closed" in text, "1,025 windows closed" in text, "Newest runs" in text) == (
            True,
            False,
            True,
        )
    assert "<html" in whole.content.decode()
    assert part.content.decode().strip().startswith('<section class="desk-card" id="log"')
    oldest = SweepRun.objects.order_by("pk").first().pk
    assert "There is nothing older." in lead.get(PAGE, {"before": oldest}).content.decode()
    for odd in ("x", "-1", "9" * 40, "²", "\0", "1e3", "<script>"):
        answer = lead.get(PAGE, {"before": odd})
        assert answer.status_code == 200
        assert answer.context["is_first"]
        assert b"<script>alert" not in answer.content


def test_words_for_counts_and_durations():
    assert counts_in_words({"lapsed": 0, "windows_closed": 12345}) == "12,345 windows closed"
    assert counts_in_words({}) == ""
    seconds = {
        0: "0 seconds",
        1: "1 second",
        59: "59 seconds",
        60: "1 minute",
        7199: "1 hour",
        172800: "2 days",
        -5: "0 seconds",
    }
    assert {number: in_words(timedelta(seconds=number)) for number in seconds} == seconds
