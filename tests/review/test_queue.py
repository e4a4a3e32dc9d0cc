"""The reviewers' queue."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.associations import open_associations
from claims.eligibility import rivals_of
from claims.enums import Activity, ClaimStatus
from customers.enums import SolutionArea
from review.queries import TABS, next_claim, queue_page, tab_named
from tests.factories import (
    NOW,
    ClaimFactory,
    ProductFactory,
    ReviewerFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    submitted_claim,
)

pytestmark = pytest.mark.django_db
QUEUE = "/admin/claims/"


@pytest.fixture
def desk(client):
    client.force_login(ReviewerFactory())
    return client


def shown(page):
    return [row.claim.pk for row in page.rows]


def test_claims_in_review_come_by_due_date_and_those_not_begun_behind_them_by_submission():
    later = claim_under_review(review_due_on=date(2026, 12, 3))
    sooner = claim_under_review(review_due_on=date(2026, 12, 1))
    disputed = ClaimFactory(
        status=ClaimStatus.DISPUTED, submissions=1, submitted_at=NOW, review_due_on=date(2026, 12, 2)
    )
    new = submitted_claim()
    older = ClaimFactory(status=ClaimStatus.SUBMITTED, submissions=1, submitted_at=NOW - timedelta(days=1))
    assert shown(queue_page(TABS[0], now=NOW)) == [sooner.pk, disputed.pk, later.pk, older.pk, new.pk]


def test_each_tab_shows_its_own_statuses():
    claims = {
        "submitted": submitted_claim(),
        "under-review": claim_under_review(review_due_on=date(2026, 12, 1)),
        "disputed": ClaimFactory(status=ClaimStatus.DISPUTED, submissions=1, submitted_at=NOW),
        "partner": ClaimFactory(status=ClaimStatus.ACTION_REQUIRED, submissions=1, submitted_at=NOW, action_due_at=NOW),
        "decided": ClaimFactory(
            status=ClaimStatus.REJECTED, submissions=1, submitted_at=NOW, decided_at=NOW - timedelta(days=3)
        ),
    }
    ClaimFactory()
    for slug, claim in claims.items():
        assert shown(queue_page(tab_named(slug), now=NOW)) == [claim.pk], slug


def test_decided_claims_are_newest_first_and_leave_after_thirty_days():
    def decided(days):
        return ClaimFactory(
            status=ClaimStatus.REJECTED, submissions=1, submitted_at=NOW, decided_at=NOW - timedelta(days=days)
        )

    older, _gone, newer = decided(20), decided(31), decided(2)
    assert shown(queue_page(tab_named("decided"), now=NOW)) == [newer.pk, older.pk]


@pytest.mark.parametrize("slug", ["open", "partner", "decided"])
def test_pages_by_key_show_every_claim_once_in_order_also_with_equal_times(slug):
    fields = {
        "open": {"status": ClaimStatus.SUBMITTED},
        "partner": {"status": ClaimStatus.ACTION_REQUIRED, "action_due_at": NOW},
        "decided": {"status": ClaimStatus.REJECTED, "decided_at": NOW},
    }[slug]
    for _ in range(5):
        ClaimFactory(submissions=1, submitted_at=NOW, **fields)
    if slug == "open":
        for day in (1, 1, 2):
            claim_under_review(review_due_on=date(2026, 12, day))
    whole = shown(queue_page(tab_named(slug), now=NOW))
    seen, key, pages = [], "", 0
    while pages == 0 or key:
        assert pages < len(whole), "a page comes again"
        page = queue_page(tab_named(slug), now=NOW, after=key, size=2)
        assert page.is_first == (pages == 0)
        seen, key, pages = seen + shown(page), page.next_key, pages + 1
    assert seen == whole
    assert pages == -(-len(whole) // 2)


@pytest.mark.parametrize("key", ["x", "2026-01-01_2026-01-01_1", "9_9_9_9", "2026-01-01_2026-01-01T00:00:00+00:00_x"])
def test_a_key_that_makes_no_sense_begins_at_the_first_page(key):
    claim = submitted_claim()
    page = queue_page(TABS[0], now=NOW, after=key)
    assert shown(page) == [claim.pk]
    assert page.is_first


def test_a_claim_is_overdue_from_the_day_after_its_due_date():
    claim_under_review(review_due_on=date(2026, 11, 24))
    (today,) = queue_page(TABS[0], now=NOW).rows
    (tomorrow,) = queue_page(TABS[0], now=NOW + timedelta(days=1)).rows
    assert not today.overdue
    assert tomorrow.overdue


def test_a_rival_for_the_same_workload_marks_the_conflict_on_both():
    tenant, workload = TenantFactory(), WorkloadFactory()
    mine = submitted_claim(tenant=tenant, products=[workload])
    assert [row.claim.conflict for row in queue_page(TABS[0], now=NOW).rows] == [False]
    submitted_claim(tenant=tenant, products=[workload])
    submitted_claim(tenant=tenant)
    found = {row.claim.pk: row.claim.conflict for row in queue_page(TABS[0], now=NOW).rows}
    assert sorted(found.values()) == [False, True, True]
    assert found[mine.pk]


def test_the_conflict_marker_agrees_with_the_rule_for_subscriptions_and_holders():
    tenant, product, workload = TenantFactory(), ProductFactory(), WorkloadFactory()
    first, second = SubscriptionFactory.create_batch(2, tenant=tenant, product=product)
    sales = {"solution_area": SolutionArea.BUSINESS_APPLICATIONS, "tenant": tenant, "products": [product]}
    live = {"status": ClaimStatus.SUBMITTED, "submissions": 1, "submitted_at": NOW}
    ClaimFactory(**live, **sales, subscriptions=[first])
    ClaimFactory(**live, **sales, subscriptions=[first])
    ClaimFactory(**live, **sales, subscriptions=[second])
    ClaimFactory(**live, **sales, subscriptions=[first], activities=[Activity.REVENUE])
    holder = ClaimFactory(
        status=ClaimStatus.APPROVED,
        submissions=1,
        submitted_at=NOW,
        decided_at=NOW,
        tenant=tenant,
        products=[workload],
    )
    open_associations(holder, now=NOW)
    holder.lines.update(live=False)
    ClaimFactory(**live, tenant=tenant, products=[workload])
    rows = queue_page(TABS[0], now=NOW).rows
    assert [row.claim.conflict for row in rows] == [rivals_of(row.claim) for row in rows]
    assert [row.claim.conflict for row in rows] == [True, True, False, False, True]


def test_the_next_claim_is_the_most_urgent_that_nobody_else_reviews():
    me, other = ReviewerFactory(), ReviewerFactory()
    decided = claim_under_review(review_due_on=date(2026, 11, 25), reviewer=me)
    claim_under_review(review_due_on=date(2026, 11, 26), reviewer=other)
    mine = claim_under_review(review_due_on=date(2026, 11, 27), reviewer=me)
    submitted_claim()
    assert next_claim(me, besides=decided, now=NOW) == mine


def test_the_queue_page_prints_what_a_reviewer_sorts_by(desk):
    claim = claim_under_review(review_due_on=timezone.localdate() - timedelta(days=2), name="M365 for Contoso")
    text = desk.get(QUEUE).content.decode()
    for expected in (
        f"M365 for Contoso ({claim.pk})",
        claim.organization.name,
        claim.customer_domain,
        "Microsoft 365",
        "Usage",
        "Under review",
        "Overdue",
    ):
        assert expected in text


def test_the_queue_asks_as_many_questions_for_three_rows_as_for_one(desk, django_assert_num_queries):
    submitted_claim()
    desk.get(QUEUE)  # warms what is cached for the process
    with django_assert_num_queries(6):  # session, person, permissions twice, claims, unread notices
        desk.get(QUEUE)
    tenant, workload = TenantFactory(), WorkloadFactory()
    for _ in range(2):
        claim_under_review(tenant=tenant, products=[workload], reviewer=ReviewerFactory())
    with django_assert_num_queries(6):
        assert len(desk.get(QUEUE).context["rows"]) == 3


def test_a_claim_id_in_the_search_opens_the_claim(desk):
    claim = submitted_claim()
    response = desk.get(QUEUE, {"q": f" {claim.pk} "})
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("admin:review-claim", args=[claim.pk])


@pytest.mark.parametrize("typed", ["1", "abc", "9" * 40, "²"])
def test_an_unknown_claim_id_is_told_and_the_queue_stays(desk, typed):
    response = desk.get(QUEUE, {"q": typed})
    assert response.status_code == 200
    assert f"No submitted claim has the ID «{typed}»." in response.content.decode()


def test_a_draft_is_not_found_by_the_search(desk):
    draft = ClaimFactory()
    assert desk.get(QUEUE, {"q": str(draft.pk)}).status_code == 200


def test_the_front_page_leads_to_the_queue_and_shows_the_first_claims(desk):
    claims = [submitted_claim() for _ in range(6)]
    text = desk.get("/admin/").content.decode()
    assert reverse("admin:review-queue") in text
    assert f"({claims[0].pk})" in text
    assert f"({claims[5].pk})" not in text
