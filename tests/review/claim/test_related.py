"""Other claims that touch a claim: rivals and claims that resemble it, without partners one is barred from."""

import pytest
from django.urls import reverse

from claims.associations import open_associations
from claims.enums import ClaimStatus
from review.models import Bar
from review.related import related_to
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    OrganizationFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    submitted_claim,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return ReviewerFactory()


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


def found(claim, reviewer):
    rivals, groups = related_to(claim, user=reviewer, lines=list(claim.lines.all()))
    return rivals, {group.kind: group for group in groups}


def keys(group):
    return [each.pk for each in group.claims]


def similar_address(claim, kind):
    return reverse("admin:review-similar", args=[claim.pk, kind])


def bar(reviewer, organization, **more):
    return Bar.objects.create(reviewer=reviewer, organization=organization, reason="Worked there", set_at=NOW, **more)


def test_earlier_claims_of_the_customer_for_the_product_are_similar_whatever_became_of_them(reviewer):
    tenant, shared = TenantFactory(), WorkloadFactory(name="EXCHANGE ONLINE")
    claim = claim_under_review(tenant=tenant, products=[shared])
    rejected = ClaimFactory(
        tenant=tenant, products=[shared, WorkloadFactory()], status=ClaimStatus.REJECTED, decided_at=NOW, submissions=1
    )
    own = ClaimFactory(
        tenant=tenant, products=[shared], status=ClaimStatus.REJECTED, decided_at=NOW, submissions=1,
        organization=claim.organization,
    )  # fmt: skip
    ClaimFactory(tenant=tenant, products=[shared])  # a draft is its partner's own
    ClaimFactory(tenant=tenant, products=[WorkloadFactory()], status=ClaimStatus.REJECTED, decided_at=NOW)
    submitted_claim(products=[shared])
    rivals, groups = found(claim, reviewer)
    assert keys(groups["product"]) == [own.pk, rejected.pk]
    assert groups["product"].claims[1].items == ["EXCHANGE ONLINE"]
    assert rivals.claims == []


def test_a_rival_is_named_once_among_the_rivals(reviewer):
    claim = claim_under_review()
    product = claim.lines.get().product
    rival = submitted_claim(tenant=claim.tenant, products=[product])
    holder = ClaimFactory(
        status=ClaimStatus.APPROVED, submissions=1, submitted_at=NOW, decided_at=NOW, tenant=claim.tenant,
        products=[product],
    )  # fmt: skip
    open_associations(holder, now=NOW)
    rivals, groups = found(claim, reviewer)
    assert keys(rivals) == [holder.pk, rival.pk]
    assert (rivals.claims[0].holds_since, rivals.claims[1].holds_since) == (NOW, None)
    assert rivals.claims[0].items == [product.label]
    assert keys(groups["product"]) == []


def test_the_same_file_on_any_other_claim_is_found_once_per_claim_but_not_in_drafts(reviewer):
    claim = claim_under_review()
    print_of = claim.documents.get().sha256
    copy = submitted_claim()
    copy.documents.update(sha256=print_of, name="Copy.pdf")
    DocumentFactory(claim=copy, sha256=print_of, name="Again.pdf", removed_at=NOW, first_submission=1)
    DocumentFactory(sha256=print_of)
    submitted_claim()
    _, groups = found(claim, reviewer)
    assert [(each.pk, each.items) for each in groups["document"].claims] == [(copy.pk, ["Copy.pdf", "Again.pdf"])]


def test_the_same_domain_or_contact_counts_only_with_another_tenant_and_in_any_case(reviewer):
    claim = claim_under_review(customer_domain="contoso.example", customer_contact_email="jo@contoso.example")
    names = {"customer_domain": "CONTOSO.example", "customer_contact_email": "Jo@Contoso.example"}
    submitted_claim(tenant=claim.tenant, **names)
    elsewhere = submitted_claim(tenant=TenantFactory(display_name="Elsewhere Ltd"), **names)
    submitted_claim(customer_domain="notcontoso.example")
    _, groups = found(claim, reviewer)
    for kind in ("domain", "contact"):
        assert [(each.pk, each.items) for each in groups[kind].claims] == [(elsewhere.pk, ["Elsewhere Ltd"])]


def test_a_partner_one_is_barred_from_is_counted_and_never_named(desk, reviewer):
    organization = OrganizationFactory(name="Forbidden Partner")
    claim = claim_under_review()
    product, print_of = claim.lines.get().product, claim.documents.get().sha256
    rival = submitted_claim(organization=organization, tenant=claim.tenant, products=[product], name="Hidden rival")
    rival.documents.update(sha256=print_of)
    bar(reviewer, organization)
    rivals, groups = found(claim, reviewer)
    assert (rivals.claims, rivals.hidden) == ([], 1)
    assert (groups["document"].claims, groups["document"].hidden) == ([], 1)
    text = desk.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()
    assert "1 claim of a partner you are barred from." in text
    for kind in ("product", "document"):
        text += desk.get(similar_address(claim, kind)).content.decode()
    for secret in ("Forbidden Partner", "Hidden rival", str(rival.pk)):
        assert secret not in text
    Bar.objects.update(lifted_at=NOW)
    assert "Hidden rival" in desk.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()


def test_ten_are_shown_and_all_stand_on_a_page_of_their_own(desk, reviewer):
    claim = claim_under_review()
    product = claim.lines.get().product
    rejected = {"status": ClaimStatus.REJECTED, "decided_at": NOW, "submissions": 1}
    others = [ClaimFactory(tenant=claim.tenant, products=[product], **rejected).pk for _ in range(11)]
    _, groups = found(claim, reviewer)
    assert keys(groups["product"]) == others[:0:-1]
    assert groups["product"].has_more
    page = desk.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()
    assert similar_address(claim, "product") in page
    response = desk.get(similar_address(claim, "product"))
    assert keys(response.context["group"]) == others[::-1]
    assert response.context["next_key"] is None
    after = desk.get(similar_address(claim, "product"), {"before": others[3]})
    assert keys(after.context["group"]) == others[2::-1]
    assert "First page" in after.content.decode()


def test_more_than_fifty_lead_on_to_a_next_page(desk, monkeypatch):
    monkeypatch.setattr("review.related.PAGE", 2)
    claim = claim_under_review()
    product = claim.lines.get().product
    rejected = {"status": ClaimStatus.REJECTED, "decided_at": NOW, "submissions": 1}
    others = [ClaimFactory(tenant=claim.tenant, products=[product], **rejected).pk for _ in range(3)]
    first = desk.get(similar_address(claim, "product"))
    assert keys(first.context["group"]) == others[:0:-1]
    rest = desk.get(similar_address(claim, "product"), {"before": first.context["next_key"]})
    assert keys(rest.context["group"]) == others[:1]


def test_strange_keys_begin_at_the_first_page_and_strange_ways_are_not_found(desk):
    claim = claim_under_review()
    for before in ("x", "²", "-1", "9" * 40, ""):
        assert desk.get(similar_address(claim, "product"), {"before": before}).status_code == 200
    assert desk.get(similar_address(claim, "weather")).status_code == 404
    assert desk.get(similar_address(ClaimFactory(), "product")).status_code == 404


def test_similar_claims_cost_the_same_for_one_and_for_three(desk, django_assert_num_queries):
    claim = claim_under_review()
    product = claim.lines.get().product
    rejected = {"status": ClaimStatus.REJECTED, "decided_at": NOW, "submissions": 1}
    desk.get(similar_address(claim, "product"))
    for _ in range(2):
        ClaimFactory(tenant=claim.tenant, products=[product], **rejected)
        with django_assert_num_queries(8):
            desk.get(similar_address(claim, "product"))


def test_partners_find_none_of_it(client):
    claim = claim_under_review()
    client.force_login(claim.created_by)
    assert client.get(similar_address(claim, "product"), follow=True).status_code == 403
