"""The lists of the queue: what each holds, in which order, page by page."""

from datetime import date, timedelta

import pytest
from django.db import connection

from claims.enums import ClaimStatus, QueueRank
from claims.models import Claim
from review.assigning import URGENCY
from review.models import Bar
from review.queue.pages import queue_page
from review.queue.tabs import TABS, claims_in, tab_named
from tests.factories import NOW, ClaimFactory, ReviewerFactory, claim_under_review, submitted_claim

pytestmark = pytest.mark.django_db


def page_of(slug, reviewer, **options):
    tab = tab_named(slug)
    return queue_page(claims_in(tab, user=reviewer, now=NOW), by=tab.sequence, now=NOW, **options)


def shown(page):
    return [row.claim.pk for row in page.rows]


def waiting(day, rank=QueueRank.ORDINARY, hours=0, **fields):
    at = NOW - timedelta(hours=hours)
    return ClaimFactory(
        status=ClaimStatus.SUBMITTED,
        submissions=1,
        submitted_at=at,
        queue_due_on=date(2026, 12, day),
        queue_rank=rank,
        **fields,
    )


def test_claims_come_by_day_then_disputes_submissions_again_conflicts_and_then_by_age(reviewer):
    new, old = waiting(1, hours=1), waiting(1, hours=9)
    conflict, again, dispute = (waiting(1, rank=rank) for rank in (2, 1, 0))
    sooner = waiting(1, hours=0)
    sooner.queue_due_on = date(2026, 11, 30)
    sooner.save(update_fields=["queue_due_on"])
    later_dispute = waiting(2, rank=QueueRank.DISPUTE, hours=99)
    expected = [sooner, dispute, again, conflict, old, new, later_dispute]
    assert shown(page_of("open", reviewer)) == [claim.pk for claim in expected]
    assert tab_named("open").sequence.fields == URGENCY


def test_each_list_shows_its_own_claims(reviewer):
    day = {"submissions": 1, "submitted_at": NOW, "queue_due_on": NOW.date()}
    submitted = ClaimFactory(status=ClaimStatus.SUBMITTED, **day)
    mine = ClaimFactory(status=ClaimStatus.UNDER_REVIEW, reviewer=reviewer, **day)
    others = ClaimFactory(status=ClaimStatus.DISPUTED, reviewer=ReviewerFactory(), **day)
    partner = ClaimFactory(
        status=ClaimStatus.ACTION_REQUIRED, submissions=1, submitted_at=NOW, action_due_at=NOW, reviewer=reviewer
    )
    decided = ClaimFactory(
        status=ClaimStatus.REJECTED, submissions=1, submitted_at=NOW, decided_at=NOW - timedelta(days=3)
    )
    ClaimFactory(status=ClaimStatus.EDITING, submissions=1)  # withdrawn
    ClaimFactory(status=ClaimStatus.DISCARDED, submissions=1)  # withdrawn, then given up
    ClaimFactory()  # a draft
    expected = {
        "open": {submitted, mine, others}, "mine": {mine}, "nobody": {submitted}, "submitted": {submitted},
        "under-review": {mine}, "disputed": {others}, "partner": {partner}, "decided": {decided},
        "all": {submitted, mine, others, partner, decided},
    }  # fmt: skip
    assert {tab.slug for tab in TABS} == expected.keys()
    for slug, claims in expected.items():
        assert set(shown(page_of(slug, reviewer))) == {claim.pk for claim in claims}, slug


def test_decided_claims_are_newest_first_and_leave_after_thirty_days(reviewer):
    def decided(days):
        return ClaimFactory(
            status=ClaimStatus.REJECTED, submissions=1, submitted_at=NOW, decided_at=NOW - timedelta(days=days)
        )

    older, _gone, newer = decided(20), decided(31), decided(2)
    assert shown(page_of("decided", reviewer)) == [newer.pk, older.pk]


@pytest.mark.parametrize("slug", ["open", "partner", "decided", "all"])
def test_pages_show_every_claim_once_in_order_both_ways_also_with_equal_times(slug, reviewer):
    fields = {
        "open": {"status": ClaimStatus.SUBMITTED, "queue_due_on": NOW.date()},
        "partner": {"status": ClaimStatus.ACTION_REQUIRED, "action_due_at": NOW},
        "decided": {"status": ClaimStatus.REJECTED, "decided_at": NOW},
        "all": {"status": ClaimStatus.SUBMITTED},
    }[slug]
    for rank in (3, 3, 3, 1, 0):
        ClaimFactory(submissions=1, submitted_at=NOW, queue_rank=rank, **fields)
    whole = shown(page_of(slug, reviewer))
    assert len(whole) == 5
    forth, pages, page = [], 0, page_of(slug, reviewer, size=2)
    assert page.previous_key == ""
    while True:
        forth, pages = forth + shown(page), pages + 1
        if not page.next_key:
            break
        assert pages < 4, "a page comes again"
        page = page_of(slug, reviewer, size=2, after=page.next_key)
    assert (forth, pages) == (whole, 3)
    back = shown(page)
    while page.previous_key:
        page = page_of(slug, reviewer, size=2, before=page.previous_key)
        back = shown(page) + back
        assert len(back) <= 5
    assert back == whole


@pytest.mark.parametrize(
    "key",
    ["x", "2026-01-01_3_2026-01-01_1", "9_9_9_9", "2026-01-01_3_2026-01-01T00:00:00+00:00_x", "2026-01-01_³_2026-01-01T00:00:00+00:00_1",
     "1" * 5000],
)  # fmt: skip
def test_a_key_that_makes_no_sense_begins_at_the_first_page(key, reviewer):
    claim = waiting(1)
    for way in ("after", "before"):
        page = page_of("open", reviewer, **{way: key})
        assert shown(page) == [claim.pk]
        assert page.previous_key == ""


def test_claims_of_a_partner_from_which_the_person_is_barred_stand_in_no_list(reviewer):
    ours, theirs = waiting(1, reviewer=reviewer), waiting(1)
    bar = Bar.objects.create(reviewer=reviewer, organization=ours.organization, reason="Family", set_at=NOW)
    for tab in TABS:
        assert ours.pk not in shown(page_of(tab.slug, reviewer)), tab.slug
    assert shown(page_of("open", ReviewerFactory())) == [ours.pk, theirs.pk]
    bar.lifted_at = NOW
    bar.save()
    assert shown(page_of("open", reviewer)) == [ours.pk, theirs.pk]


def test_a_released_claim_stands_again_where_its_day_puts_it(reviewer):
    urgent, later = waiting(1, reviewer=reviewer), waiting(2)
    assert shown(page_of("nobody", reviewer)) == [later.pk]
    urgent.reviewer = None
    urgent.save(update_fields=["reviewer"])
    assert shown(page_of("nobody", reviewer)) == [urgent.pk, later.pk]


def many_like(claim, number, **fields):
    """So many claims more, which differ in these fields; enough for the database to see what an index is worth."""
    own = {
        field.attname: getattr(claim, field.attname) for field in Claim._meta.concrete_fields if not field.primary_key
    }
    Claim.objects.bulk_create(Claim(**own | fields) for _ in range(number))


def test_the_database_finds_the_first_page_by_the_index_of_the_order(reviewer):
    free, held = (
        submitted_claim(queue_due_on=NOW.date()),
        claim_under_review(queue_due_on=NOW.date(), reviewer=reviewer),
    )
    many_like(free, 300)
    many_like(held, 900)
    many_like(held, 300, status=ClaimStatus.REJECTED, decided_at=NOW, queue_due_on=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE claims_claim")  # what it last counted may be from another test
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # on some hundred rows sorting costs next to nothing
    for slug, index in (
        ("open", "claim_urgency"),
        ("nobody", "claim_urgency_of_free"),
        ("decided", "claim_newest_decision"),
    ):
        tab = tab_named(slug)
        plan = claims_in(tab, user=reviewer, now=NOW).order_by(*tab.sequence.named())[:26].explain()
        assert index in plan, plan
        assert "Sort" not in plan, plan
