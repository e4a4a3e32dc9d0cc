"""What the queue can be narrowed to, and how claims are found."""

from datetime import timedelta

import pytest
from django.utils import timezone

from claims.enums import Activity, ClaimStatus, QueueRank
from customers.enums import SolutionArea
from customers.models import TenantDomain
from review.models import Bar
from tests.factories import (
    NOW,
    ClaimFactory,
    OrganizationFactory,
    ProductFactory,
    ReviewerFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    submitted_claim,
)

pytestmark = pytest.mark.django_db
QUEUE = "/admin/claims/"


def shown(response):
    assert response.status_code == 200
    return {row.claim.pk for row in response.context["rows"]}


def waiting(**fields):
    fields = {
        "status": ClaimStatus.SUBMITTED,
        "submissions": 1,
        "submitted_at": NOW,
        "queue_due_on": NOW.date(),
    } | fields
    return ClaimFactory(**fields)


def sales(**fields):
    return waiting(solution_area=SolutionArea.BUSINESS_APPLICATIONS, **fields)


def test_each_filter_leaves_its_own_claims_and_shows_a_chip_that_removes_it(desk, reviewer):
    today, other = timezone.localdate(), ReviewerFactory(full_name="Robin Field")
    product, workload = ProductFactory(), WorkloadFactory()
    plain = waiting(queue_due_on=today + timedelta(days=9), submitted_at=timezone.now(), products=[workload])
    tenant = TenantFactory(country="NO")
    stale = SubscriptionFactory(tenant=tenant, product=product, gone_at=NOW)
    fits = sales(
        tenant=tenant, activities=[Activity.PRE_SALES], organization=OrganizationFactory(name="Fabrikam 100% Ltd."),
        products=[product], subscriptions=[stale], reviewer=other, queue_due_on=today - timedelta(days=1),
        submitted_at=timezone.now() - timedelta(days=4), customer_contact_email="Joe@GMAIL.com",
        queue_rank=QueueRank.RESUBMISSION,
    )  # fmt: skip
    denied = {"status": ClaimStatus.CONSENT_DENIED, "decided_at": NOW, "submissions": 1, "submitted_at": NOW}
    ClaimFactory(**denied, tenant=tenant, organization=fits.organization, products=[product])
    for query in (
        {"area": "business_applications"}, {"activity": "pre_sales"}, {"program": "osa_sell"}, {"country": "no"},
        {"partner": "100% l"}, {"product": str(product.pk)}, {"who": str(other.pk)}, {"older": "3"}, {"overdue": "1"},
        {"again": "1"}, {"flag": "denied"}, {"flag": "free_mail"}, {"flag": "stale"},
    ):  # fmt: skip
        response = desk.get(QUEUE, query)
        assert shown(response) == {fits.pk}, query
        (chip,) = response.context["chips"]
        assert chip["rest"] == "tab=open", query
        assert shown(desk.get(f"{QUEUE}?{chip['rest']}")) == {plain.pk, fits.pk}
    assert shown(desk.get(QUEUE, {"who": "nobody"})) == {plain.pk}
    assert shown(desk.get(QUEUE, {"who": "me"})) == set()
    assert shown(desk.get(QUEUE, {"program": "osu_m365"})) == {plain.pk}
    assert shown(desk.get(QUEUE, {"partner": "100%%"})) == set()


def test_a_denial_of_another_partner_or_product_is_no_earlier_denial(desk):
    workload, other = WorkloadFactory(), WorkloadFactory()
    claim = waiting(products=[workload])
    denied = {"status": ClaimStatus.CONSENT_DENIED, "decided_at": NOW, "submissions": 1, "tenant": claim.tenant}
    ClaimFactory(**denied, products=[workload])
    ClaimFactory(**denied, products=[other], organization=claim.organization)
    assert shown(desk.get(QUEUE, {"flag": "denied"})) == set()
    assert shown(desk.get(QUEUE, {"tab": "all", "status": ["consent_denied", "submitted"], "flag": "denied"})) == set()


def test_filters_join_and_disputes_and_statuses_are_found(desk):
    dispute = waiting(status=ClaimStatus.DISPUTED, queue_rank=QueueRank.DISPUTE)
    waiting()
    rejected = ClaimFactory(status=ClaimStatus.REJECTED, submissions=1, submitted_at=NOW, decided_at=NOW)
    assert shown(desk.get(QUEUE, {"dispute": "1"})) == {dispute.pk}
    assert shown(desk.get(QUEUE, {"tab": "all", "status": ["rejected", "disputed"]})) == {dispute.pk, rejected.pk}
    response = desk.get(QUEUE, {"dispute": "1", "area": "business_applications"})
    assert shown(response) == set()
    assert "No claim fits these filters." in response.content.decode()


def test_a_status_that_the_list_never_holds_is_told_with_the_way_to_where_it_is(desk):
    rejected = ClaimFactory(
        status=ClaimStatus.REJECTED,
        submissions=1,
        submitted_at=NOW,
        decided_at=NOW,
        customer_contact_email="a@gmail.com",
    )
    submitted = waiting()
    chosen = {"status": ["rejected"], "flag": "free_mail"}
    for headers in ({}, {"HX-Request": "true"}):
        response = desk.get(QUEUE, chosen, headers=headers)
        text = response.content.decode()
        assert "«To decide» never holds claims with the status Rejected." in text
        assert "No claim fits these filters. Remove one" not in text
        way = "tab=all&amp;status=rejected&amp;flag=free_mail"
        assert f'<a href="?{way}">Look in «All» with the same filters</a>' in text
    assert shown(desk.get(f"{QUEUE}?{way.replace('&amp;', '&')}")) == {rejected.pk}
    both = desk.get(QUEUE, {"status": ["rejected", "submitted"]})
    assert shown(both) == {submitted.pk}
    assert "never holds claims with the status Rejected." in both.content.decode()
    for fitting in ({"status": ["submitted"]}, {"tab": "all", "status": ["rejected"]}, {"tab": "decided"}):
        assert "never holds" not in desk.get(QUEUE, fitting).content.decode()


def test_where_more_names_fit_than_are_looked_at_the_page_says_so_and_no_file_is_made(desk, monkeypatch):
    monkeypatch.setattr("review.queue.search.MOST_NAMES", 2)
    monkeypatch.setattr("review.queue.filters.MOST_NAMES", 2)
    claims = [
        waiting(
            organization=OrganizationFactory(name=f"Fabrikam {number}"),
            tenant=TenantFactory(display_name=f"Contoso {number}", domain=f"customer{number}.example"),
        )
        for number in range(3)
    ]
    partners = "More than 2 partners fit, and only the first 2 were looked at. Type more of the name."
    for query, told in (
        ({"partner": "brikam"}, f"Partner: {partners}"),
        ({"q": "brikam"}, f"Search: {partners}"),
        (
            {"q": "contoso"},
            "Search: More than 2 customers fit, and only the first 2 were looked at. Type more of the name.",
        ),
        (
            {"q": "customer"},
            "Search: More than 2 domains fit, and only the first 2 were looked at. Type more of the domain.",
        ),
    ):
        assert told in desk.get(QUEUE, query).content.decode(), query
        for file in ("csv", "xlsx"):
            response = desk.get("/admin/claims/export/", query | {"file": file})
            assert response.status_code == 302
            assert told in desk.get(response.headers["Location"]).content.decode()
    for query in ({"partner": "brikam 1"}, {"q": "contoso 1"}, {"q": str(claims[0].tenant.tenant_id)}, {}):
        assert "More than" not in desk.get(QUEUE, query).content.decode()
        assert desk.get("/admin/claims/export/", query | {"file": "csv"}).status_code == 200


def test_a_claim_is_found_by_every_domain_that_its_customer_verified(desk):
    tenant = TenantFactory(domain="contoso.example")
    TenantDomain.objects.create(tenant=tenant, name="Contoso-Holding.example")
    claim = waiting(tenant=tenant, customer_domain="contoso.example")
    waiting()
    for typed in ("contoso-h", "CONTOSO-HOLDING.example", "contoso.ex"):
        assert shown(desk.get(QUEUE, {"q": typed})) == {claim.pk}, typed


def test_a_claim_id_alone_leads_to_the_claim_but_not_to_a_draft_or_a_barred_partner(desk, reviewer):
    claim, draft, barred = submitted_claim(), ClaimFactory(), submitted_claim()
    Bar.objects.create(reviewer=reviewer, organization=barred.organization, reason="Family", set_at=NOW)
    for typed in (f" {claim.pk} ", f"ID: {claim.pk}"):
        response = desk.get(QUEUE, {"q": typed})
        assert (response.status_code, response.headers["Location"]) == (302, f"/admin/claims/{claim.pk}/")
    for hidden in (draft, barred):
        assert shown(desk.get(QUEUE, {"q": str(hidden.pk)})) == set()


def test_the_search_finds_partner_customer_domain_tenant_and_subscription_in_all_claims(desk):
    tenant, product = TenantFactory(display_name="Contoso Bank", domain="contoso-bank.example"), ProductFactory()
    subscription = SubscriptionFactory(tenant=tenant, product=product)
    claim = ClaimFactory(
        status=ClaimStatus.APPROVED, submissions=1, submitted_at=NOW, decided_at=NOW - timedelta(days=400), tenant=tenant,
        solution_area=SolutionArea.BUSINESS_APPLICATIONS, products=[product], subscriptions=[subscription],
        organization=OrganizationFactory(name="Fabrikam, Inc."),
    )  # fmt: skip
    waiting()
    for typed in (
        "fabrik", "rikam, i", "contoso b", "CONTOSO-BANK.ex", str(tenant.tenant_id), str(tenant.tenant_id).upper(),
        tenant.tenant_id.hex, f"{{{tenant.tenant_id}}}", str(subscription.subscription_id),
        str(subscription.commerce_subscription_id), subscription.commerce_subscription_id.hex,
    ):  # fmt: skip
        response = desk.get(QUEUE, {"q": typed})
        assert shown(response) == {claim.pk}, typed
        assert response.context["tab"].slug == "all"


@pytest.mark.parametrize(
    "typed", ["9" * 40, "²", "%", "_", "'; DROP TABLE claims_claim; --", "<script>alert(1)</script>", "\\"]
)
def test_odd_searches_find_nothing_and_stay_typed(desk, typed):
    waiting()
    response = desk.get(QUEUE, {"q": typed})
    assert shown(response) == set()
    assert response.context["searched"] == typed
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("typed", ["a\0b", "x" * 201])
def test_a_search_that_cannot_be_is_told_beside_its_field(desk, typed):
    text = desk.get(QUEUE, {"q": typed}).content.decode()
    assert 'id="search-error"' in text
    assert "x" * 201 not in text or f'value="{typed}"' in text


def test_a_draft_and_a_barred_partners_claim_are_not_found_by_name(desk, reviewer):
    tenant = TenantFactory(display_name="Contoso")
    ClaimFactory(tenant=tenant)
    barred = submitted_claim(tenant=tenant)
    Bar.objects.create(reviewer=reviewer, organization=barred.organization, reason="Family", set_at=NOW)
    assert shown(desk.get(QUEUE, {"q": "Contoso"})) == set()
