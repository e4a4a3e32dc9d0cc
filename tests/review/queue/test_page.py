"""The queue's page: what it prints, counts and answers, and for whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.associations import open_associations
from claims.eligibility import rivals_of
from claims.enums import Activity, ClaimStatus, QueueRank
from claims.models import Claim
from customers.enums import SolutionArea
from kit.counting import count_each_up_to
from review.arbitration.binding import rebind
from review.models import Bar
from tests.factories import (
    NOW,
    AuditorFactory,
    CatalogueManagerFactory,
    ClaimFactory,
    LeadFactory,
    MembershipFactory,
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


def shown(response):
    return [row.claim.pk for row in response.context["rows"]]


def test_the_page_prints_what_a_reviewer_sorts_by(desk):
    today = timezone.localdate()
    claim = claim_under_review(
        queue_due_on=today - timedelta(days=20), name="M365 for Contoso", queue_rank=QueueRank.RESUBMISSION,
        customer_contact_email="joseph@gmail.com", reviewer=ReviewerFactory(full_name="Robin Field"),
    )  # fmt: skip
    text = desk.get(QUEUE).content.decode().replace("<wbr>", "")
    for expected in (
        f"M365 for Contoso ({claim.pk})", claim.organization.name, claim.tenant.display_name, claim.customer_domain,
        "Microsoft 365", "Usage", "Under review", "business days overdue", "Submitted again", "Free mail", "Robin Field",
    ):  # fmt: skip
        assert expected in text, expected


def test_the_page_asks_eleven_questions_for_one_row_and_for_three(desk, django_assert_num_queries):
    submitted_claim(queue_due_on=NOW.date())
    desk.get(QUEUE)  # warms what is cached for the process
    with django_assert_num_queries(11):
        assert len(shown(desk.get(QUEUE))) == 1
    tenant, workload = TenantFactory(), WorkloadFactory()
    for _ in range(2):
        claim_under_review(tenant=tenant, products=[workload], reviewer=ReviewerFactory(), queue_due_on=NOW.date())
    with django_assert_num_queries(11):
        assert len(shown(desk.get(QUEUE))) == 3
    rebind(tenant.pk, now=NOW)
    with django_assert_num_queries(11):
        desk.get(QUEUE, {"q": "Partner", "conflict": "1", "partner": "Partner"})


@pytest.mark.parametrize("role", [ReviewerFactory, LeadFactory, AuditorFactory])
@pytest.mark.parametrize(
    "names",
    ["q", "product", "program", "partner", "q product", "q product program", "q product program partner status who"],
)
def test_every_combination_of_search_and_filters_stays_within_twelve_questions_at_any_size(client, role, names):
    person, workload, counts = role(), WorkloadFactory(), []
    values = {"q": "Part", "product": workload.pk, "program": "osu_m365", "partner": "Part"}
    values |= {"status": ["submitted", "rejected"], "who": "nobody"}
    query = {name: values[name] for name in names.split()}
    client.force_login(person)
    client.get(QUEUE)  # warms what is cached for the process
    for _ in range(2):
        for number in range(1 if not counts else 3):
            claim = submitted_claim(queue_due_on=NOW.date(), products=[workload, WorkloadFactory()][: number + 1])
            claim.organization.name = f"Partner {claim.pk}"
            claim.organization.save()
        with CaptureQueriesContext(connection) as asked:
            response = client.get(QUEUE, query)
        assert len(shown(response)) == (1 if not counts else 4)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12, [each["sql"][:150] for each in asked]


def test_every_list_says_how_many_it_holds_and_the_filters_how_many_they_leave(desk, reviewer):
    submitted_claim(queue_due_on=NOW.date(), name="One")
    submitted_claim(queue_due_on=NOW.date(), reviewer=reviewer)
    response = desk.get(QUEUE, {"who": "me"})
    numbers = {each["tab"].slug: each["number"] for each in response.context["tabs"]}
    assert numbers == {
        "open": "2", "mine": "1", "nobody": "1", "submitted": "2", "under-review": "0", "disputed": "0", "partner": "0",
        "decided": "0", "all": "2",
    }  # fmt: skip
    assert response.context["filter"].number == "1"


def test_a_count_stops_at_its_bound_in_one_query(django_assert_num_queries):
    for _ in range(4):
        ClaimFactory()
    parts = {"some": Claim.objects.all(), "none": Claim.objects.none(), "two": Claim.objects.order_by("pk")[:2]}
    with django_assert_num_queries(1):
        counts = count_each_up_to({name: parts[name] for name in ("some", "none")}, most=2)
    assert counts == {"some": 3, "none": 0}


def test_a_full_thousand_is_told_with_a_plus():
    from review.views.queue import number_in_words

    assert [number_in_words(number) for number in (0, 1000, 1001)] == ["0", "1,000", "1,000+"]


def test_the_same_page_answers_htmx_with_its_list_alone(desk):
    claim = submitted_claim(queue_due_on=NOW.date())
    whole = desk.get(QUEUE)
    part = desk.get(QUEUE, headers={"HX-Request": "true"})
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert b'id="queue"' in part.content
    assert shown(part) == [claim.pk]
    assert "HX-Request" in part.headers["Vary"]


def test_a_wrong_filter_is_told_beside_its_field_also_to_htmx(desk):
    for headers in ({}, {"HX-Request": "true"}):
        response = desk.get(QUEUE, {"country": "U1", "older": "-3", "area": "moon"}, headers=headers)
        text = response.content.decode()
        assert "Enter the two letters of a country, such as US." in text
        assert 'value="U1"' in text
        assert "Choose one of the list; this one does not exist." in text
        assert response.status_code == 200
    assert response.headers["HX-Retarget"] == "#queue-whole"


def test_a_rival_for_the_same_workload_marks_the_conflict_on_both(desk):
    tenant, workload = TenantFactory(), WorkloadFactory()
    mine = submitted_claim(tenant=tenant, products=[workload])
    assert [row.claim.conflict for row in desk.get(QUEUE).context["rows"]] == [False]
    rival = submitted_claim(tenant=tenant, products=[workload])
    submitted_claim(tenant=tenant)
    rebind(tenant.pk, now=NOW)
    response = desk.get(QUEUE)
    found = {row.claim.pk for row in response.context["rows"] if row.claim.conflict}
    assert found == {mine.pk, rival.pk}
    assert set(shown(desk.get(QUEUE, {"conflict": "1"}))) == {mine.pk, rival.pk}


def test_the_conflict_marker_agrees_with_the_rule_for_subscriptions_and_holders(desk):
    tenant, product, workload = TenantFactory(), ProductFactory(), WorkloadFactory()
    first, second = SubscriptionFactory.create_batch(2, tenant=tenant, product=product)
    sales = {"solution_area": SolutionArea.BUSINESS_APPLICATIONS, "tenant": tenant, "products": [product]}
    live = {"status": ClaimStatus.SUBMITTED, "submissions": 1, "submitted_at": NOW, "queue_due_on": NOW.date()}
    ClaimFactory(**live, **sales, subscriptions=[first])
    ClaimFactory(**live, **sales, subscriptions=[first])
    ClaimFactory(**live, **sales, subscriptions=[second])
    ClaimFactory(**live, **sales, subscriptions=[first], activities=[Activity.REVENUE])
    held = {"status": ClaimStatus.APPROVED, "submissions": 1, "submitted_at": NOW, "decided_at": NOW}
    holder = ClaimFactory(**held, tenant=tenant, products=[workload])
    open_associations(holder, now=NOW)
    holder.lines.update(live=False)
    ClaimFactory(**live, tenant=tenant, products=[workload])
    rebind(tenant.pk, now=NOW)
    rows = sorted(desk.get(QUEUE).context["rows"], key=lambda row: row.claim.pk)
    assert [row.claim.conflict for row in rows] == [rivals_of(row.claim) for row in rows]
    assert [row.claim.conflict for row in rows] == [True, True, False, False, True]


def test_pages_are_linked_both_ways_and_keep_the_filters(desk):
    for _ in range(60):
        ClaimFactory(
            status=ClaimStatus.SUBMITTED, submissions=1, submitted_at=NOW, queue_due_on=NOW.date(), products=[]
        )
    first = desk.get(QUEUE, {"area": "microsoft_365"})
    assert b'rel="prev"' not in first.content
    second = desk.get(QUEUE, {"area": "microsoft_365", "after": first.context["page"].next_key})
    assert b'rel="prev"' in second.content
    assert b"area=microsoft_365&amp;after=" in second.content
    assert not set(shown(first)) & set(shown(second))
    again = desk.get(QUEUE, {"area": "microsoft_365", "before": second.context["page"].previous_key})
    assert shown(again) == shown(first)


def test_auditors_read_the_queue_without_a_button(client):
    submitted_claim(queue_due_on=NOW.date())
    client.force_login(AuditorFactory())
    text = client.get(QUEUE).content.decode()
    for absent in ("Next claim", "Start review", 'type="checkbox" name="claim"', "Save this list", "Assign"):
        assert absent not in text.split("queue-form")[0] + text.split("</details>")[-1], absent


def test_only_leads_are_offered_to_assign(client):
    submitted_claim(queue_due_on=NOW.date())
    client.force_login(ReviewerFactory())
    assert b"bulk-to" not in client.get(QUEUE).content
    client.force_login(LeadFactory())
    assert b"bulk-to" in client.get(QUEUE).content


def test_partners_catalog_managers_and_strangers_do_not_come_in(client):
    assert client.get(QUEUE).headers["Location"] == f"/admin/login/?next={QUEUE}"
    client.force_login(CatalogueManagerFactory())
    assert client.get(QUEUE).status_code == 403
    client.force_login(MembershipFactory().user)
    assert client.get(QUEUE, follow=True).status_code == 403


def test_the_front_page_shows_what_is_urgent_and_ones_own(desk, reviewer):
    claims = [submitted_claim(queue_due_on=NOW.date() + timedelta(days=day)) for day in range(6)]
    mine = claim_under_review(queue_due_on=NOW.date() + timedelta(days=99), reviewer=reviewer)
    response = desk.get("/admin/")
    assert [row.claim.pk for row in response.context["urgent"]] == [claim.pk for claim in claims[:5]]
    assert [row.claim.pk for row in response.context["mine"]] == [mine.pk]
    assert b"Next claim" in response.content


def test_the_front_page_shows_no_claim_to_whom_may_not_read_claims_and_no_button_to_auditors(client):
    submitted_claim(name="Secret plans", queue_due_on=NOW.date())
    client.force_login(CatalogueManagerFactory())
    text = client.get("/admin/").content.decode()
    assert "Secret plans" not in text
    assert "All claims" not in text
    client.force_login(AuditorFactory())
    text = client.get("/admin/").content.decode()
    assert "Secret plans" in text
    assert "Next claim" not in text


def test_a_barred_reviewer_meets_the_claim_nowhere_on_the_front_page(desk, reviewer):
    claim = submitted_claim(name="Family business", queue_due_on=NOW.date(), reviewer=reviewer)
    Bar.objects.create(reviewer=reviewer, organization=claim.organization, reason="Family", set_at=NOW)
    assert b"Family business" not in desk.get("/admin/").content
    assert b"Family business" not in desk.get(QUEUE, {"tab": "all"}).content
