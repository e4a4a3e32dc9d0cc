"""The claim's page at the reviewers' desk, its documents and comments, and who comes in."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.actors import Actor
from claims.associations import open_associations
from claims.deciding import start_review
from claims.enums import Activity, ActorKind, ClaimStatus
from claims.models import ActionRequest, ReasonCode
from claims.submitting import add_comment
from customers.enums import SolutionArea
from kit.errors import RuleViolation
from review.access import TAKEN_BACK
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    MembershipFactory,
    ProductFactory,
    ReviewerFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    partner_actor,
    put_on_tenant,
    reviewer_actor,
    small_pdf,
    submitted_claim,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return ReviewerFactory(full_name="Robin Reviewer")


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


def page_of(claim):
    return reverse("admin:review-claim", args=[claim.pk])


def text_of(client, claim):
    response = client.get(page_of(claim))
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_shows_the_claim_the_directory_and_the_document(desk):
    tenant, workload = TenantFactory(display_name="Contoso"), WorkloadFactory(name="EXCHANGE ONLINE")
    put_on_tenant(workload, tenant)
    claim = submitted_claim(tenant=tenant, products=[workload], name="M365 for Contoso")
    text = text_of(desk, claim)
    for expected in (
        f"M365 for Contoso ({claim.pk})",
        f"{claim.location.label} (MPN: {claim.location.mpn_id})",
        str(tenant.tenant_id).upper(),
        f"{claim.customer_contact_name} ({claim.customer_contact_email})",
        "EXCHANGE ONLINE",
        "FY20",
        "Contoso, US",
        "Verified by this tenant",
        "Statement of Work.pdf",
        claim.created_by.full_name,
        "Start review",
    ):
        assert expected in text, expected


def test_the_page_shows_each_subscription_as_the_directory_knows_it(desk):
    tenant, product = TenantFactory(), ProductFactory()
    direct = SubscriptionFactory(tenant=tenant, product=product)
    resold = SubscriptionFactory(tenant=tenant, product=product, owner_tenant_id=TenantFactory().tenant_id)
    claim = submitted_claim(
        solution_area=SolutionArea.BUSINESS_APPLICATIONS,
        tenant=tenant,
        products=[product],
        subscriptions=[direct, resold],
    )
    text = text_of(desk, claim)
    assert direct.shown_id in text
    assert ">direct<" in text
    assert ">CSP<" in text
    assert f"No longer active or bought through a CSP: {resold.shown_id}." in text


def test_a_domain_that_the_tenant_lost_is_called_not_verified(desk):
    claim = submitted_claim(customer_domain="elsewhere.example")
    assert "Not verified by this tenant" in text_of(desk, claim)


def test_other_partners_of_the_same_workload_are_named_to_staff_with_holders_first(desk):
    tenant, workload = TenantFactory(), WorkloadFactory()
    rival = submitted_claim(tenant=tenant, products=[workload])
    holder = ClaimFactory(
        status=ClaimStatus.APPROVED,
        submissions=1,
        submitted_at=NOW,
        decided_at=NOW,
        tenant=tenant,
        products=[workload],
    )
    open_associations(holder, now=NOW)
    later = submitted_claim(tenant=tenant, products=[workload])
    claim = submitted_claim(tenant=tenant, products=[workload])
    bystander = submitted_claim(tenant=tenant)
    response = desk.get(page_of(claim))
    assert [found.pk for found in response.context["rivals"].claims] == [holder.pk, rival.pk, later.pk]
    assert rival.organization.name in response.content.decode()
    assert "Another partner holds or claims one of these products" in response.content.decode()
    assert desk.get(page_of(bystander)).context["rivals"].claims == []


def test_a_revenue_association_says_that_it_needs_no_documents_and_shows_its_own_rows(desk):
    claim = ClaimFactory(
        status=ClaimStatus.SUBMITTED,
        submissions=1,
        submitted_at=NOW,
        solution_area=SolutionArea.BUSINESS_APPLICATIONS,
        activities=[Activity.REVENUE],
        products=[ProductFactory()],
        seller_name="Sam Seller",
        isv_solution="Contoso Add-on",
    )
    text = text_of(desk, claim)
    assert "A revenue association needs no proof of execution." in text
    assert "Sam Seller" in text
    assert "Contoso Add-on" in text


def test_a_removed_document_is_marked_and_a_new_one_says_it_was_not_submitted(desk):
    claim = submitted_claim()
    claim.documents.update(removed_at=NOW)
    DocumentFactory(claim=claim, name="Better.pdf")
    text = text_of(desk, claim)
    assert 'class="desk-document is-removed"' in text
    assert "Not submitted yet" in text


def test_earlier_requests_are_shown_with_the_person_who_asked(desk):
    claim = claim_under_review()
    asked = ActionRequest.objects.create(
        claim=claim,
        message="Please attach the signed page.",
        requested_by=ReviewerFactory(full_name="Alex Asker"),
        requested_at=NOW - timedelta(days=5),
        due_at=NOW + timedelta(days=25),
        closed_at=NOW,
    )
    asked.reasons.set(ReasonCode.objects.filter(code="acknowledgment_missing"))
    text = text_of(desk, claim)
    assert "Alex Asker" in text
    assert "Please attach the signed page." in text
    assert "Customer signature is missing" in text


def test_staff_read_the_reviewers_name_where_the_partner_reads_microsoft(desk, client, reviewer):
    claim = submitted_claim()
    start_review(claim, actor=reviewer_actor(), now=NOW)
    name = claim.reviewer.full_name
    add_comment(claim, text="Thank you, we look at it.", actor=reviewer_actor(), now=NOW)
    assert f"<strong>{name}</strong> started reviewing" in text_of(desk, claim)
    client.force_login(claim.created_by)
    history = client.get(reverse("claim-history", args=[claim.pk])).content.decode()
    partner_page = client.get(claim.get_absolute_url()).content.decode()
    assert "Microsoft" in history
    assert "Thank you, we look at it." in partner_page
    for text in (history, partner_page):
        assert "Robin Reviewer" not in text


def test_a_reviewers_comment_goes_to_the_thread_as_microsoft(desk, reviewer):
    claim = claim_under_review()
    response = desk.post(reverse("admin:review-comment", args=[claim.pk]), {"text": " Which page? "})
    assert response.headers["Location"] == page_of(claim)
    comment = claim.comments.get()
    assert (comment.text, comment.author, comment.author_kind) == ("Which page?", reviewer, ActorKind.REVIEWER)
    assert comment.author_name == "Microsoft"
    assert "Robin Reviewer" in text_of(desk, claim)


def test_an_empty_comment_is_refused_at_its_field(desk):
    claim = claim_under_review()
    response = desk.post(reverse("admin:review-comment", args=[claim.pk]), {"text": "  "})
    assert response.status_code == 422
    assert "Write a comment first." in response.content.decode()
    assert not claim.comments.exists()


def test_a_document_leaves_only_as_an_attachment_that_no_browser_runs(desk):
    claim = submitted_claim()
    document = claim.documents.get()
    response = desk.get(reverse("admin:review-document", args=[claim.pk, document.pk]))
    assert b"".join(response.streaming_content) == document.file.open("rb").read()
    assert document.file.open("rb").read().startswith(small_pdf()[:8])
    assert response.headers["Content-Disposition"] == 'attachment; filename="Statement of Work.pdf"'
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_document_is_found_only_below_its_own_claim_and_never_in_a_draft(desk):
    claim, other, draft = submitted_claim(), submitted_claim(), ClaimFactory()
    foreign, hidden = other.documents.get(), DocumentFactory(claim=draft)
    assert desk.get(reverse("admin:review-document", args=[claim.pk, foreign.pk])).status_code == 404
    assert desk.get(reverse("admin:review-document", args=[draft.pk, hidden.pk])).status_code == 404


def test_a_draft_is_the_partners_own(desk):
    assert desk.get(page_of(ClaimFactory())).status_code == 404


@pytest.mark.parametrize("status", [ClaimStatus.EDITING, ClaimStatus.DISCARDED])
def test_a_claim_that_was_taken_back_is_the_partners_own_again_and_its_pages_say_so(desk, status):
    claim = ClaimFactory(status=status, submissions=1, name="Hush")
    document = DocumentFactory(claim=claim, first_submission=1)
    for address, method in (
        (page_of(claim), desk.get), (reverse("admin:review-document", args=[claim.pk, document.pk]), desk.get),
        (reverse("admin:review-comment", args=[claim.pk]), desk.post),
        (reverse("admin:review-note", args=[claim.pk]), desk.post),
    ):  # fmt: skip
        answer = method(address, {"text": "A word", "note": "A word"})
        assert answer.status_code == 403, address
        assert str(TAKEN_BACK) in unescape(answer.content.decode()), address
        assert b"Hush" not in answer.content, address
    assert not claim.comments.exists()
    with pytest.raises(RuleViolation, match=r"discarded|has not submitted"):
        add_comment(claim, text="A word", actor=Actor.reviewer(ReviewerFactory()), now=NOW)


def test_the_page_asks_as_many_questions_for_much_as_for_little(desk, django_assert_num_queries):
    tenant, workloads = TenantFactory(), [WorkloadFactory() for _ in range(3)]
    claim = claim_under_review(tenant=tenant, products=workloads[:1])
    submitted_claim(tenant=tenant, products=workloads[:1])
    add_comment(claim, text="One", actor=partner_actor(claim), now=NOW)
    asked = ActionRequest.objects.create(
        claim=claim, message="", requested_by=ReviewerFactory(), requested_at=NOW, due_at=NOW, closed_at=NOW
    )
    asked.reasons.set(ReasonCode.objects.all()[:1])
    text_of(desk, claim)
    with CaptureQueriesContext(connection) as few:
        text_of(desk, claim)
    for number in range(2):
        line = claim.lines.get(product=workloads[0])
        line.pk, line.product = None, workloads[number + 1]
        line.save(force_insert=True)
        submitted_claim(tenant=tenant, products=workloads[: number + 2])
        DocumentFactory(claim=claim, first_submission=1)
        add_comment(claim, text=f"More {number}", actor=reviewer_actor(), now=NOW)
        asked = ActionRequest.objects.create(
            claim=claim, message="", requested_by=ReviewerFactory(), requested_at=NOW, due_at=NOW, closed_at=NOW
        )
        asked.reasons.set(ReasonCode.objects.all()[:3])
    with django_assert_num_queries(len(few)):
        text_of(desk, claim)


def every_address(claim):
    document = claim.documents.get()
    return {
        "get": [
            "/admin/",
            reverse("admin:review-queue"),
            page_of(claim),
            reverse("admin:review-document", args=[claim.pk, document.pk]),
            reverse("admin:review-presence", args=[claim.pk]),
            reverse("admin:review-similar", args=[claim.pk, "product"]),
        ],
        "post": [reverse(f"admin:review-{name}", args=[claim.pk]) for name in ("start", "decide", "comment", "note")],
    }


def test_strangers_are_sent_to_sign_in_from_every_page_of_the_desk(client):
    claim = submitted_claim()
    for method, addresses in every_address(claim).items():
        for address in addresses:
            response = getattr(client, method)(address, {"version": claim.version, "text": "x"}, follow=True)
            assert response.request["PATH_INFO"] == reverse("account_login"), address
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.SUBMITTED


def test_partners_are_refused_on_every_page_of_the_desk_even_for_their_own_claim(client):
    claim = submitted_claim()
    for user in (claim.created_by, MembershipFactory().user):
        client.force_login(user)
        for method, addresses in every_address(claim).items():
            for address in addresses:
                response = getattr(client, method)(address, {"version": claim.version, "text": "x"}, follow=True)
                assert response.status_code == 403, address
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.SUBMITTED
    assert not claim.comments.exists()


@pytest.mark.parametrize("name", ["start", "decide", "comment", "note"])
def test_looking_at_an_acting_address_changes_nothing(desk, name):
    claim = submitted_claim()
    assert desk.get(reverse(f"admin:review-{name}", args=[claim.pk])).status_code == 405
