"""What was never approved and what was lost later are told apart, whatever happens to the claim afterwards."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from claims.consenting import accept_denial
from claims.deciding import approve
from claims.eligibility import rivals_of
from claims.enums import Activity, ClaimAction, ClaimStatus
from claims.export import CLAIM_HEADS, claim_rows
from claims.findings import Finding
from claims.flags import flags_on
from claims.models import ClaimLine, ReasonCode
from claims.submitting import disassociate
from claims.superseding import supersede
from customers import consent
from customers.enums import DenialReason, SolutionArea
from customers.models import ConsentRequest
from kit.errors import RuleViolation
from notifications.models import Notice, OutgoingEmail
from review.related import related_to
from tests.claims.journey import text_of
from tests.factories import (
    NOW,
    ProductFactory,
    ReviewerFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    notify_customer,
    partner_actor,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
REFUSAL = {"reasons": [DenialReason.NO_SHARING], "comment": "", "share_comment": False}


def reason(code="product_missing"):
    return ReasonCode.objects.get(code=code)


@pytest.fixture
def products():
    return WorkloadFactory.create_batch(3)


@pytest.fixture
def claim(products):
    """Approved for the first two products, not for the third."""
    claim = claim_under_review(products=products)
    refused = [Finding(reason(), product=products[2], note="Page 2 names others.")]
    approve(claim, actor=reviewer_actor(), refused=refused, now=NOW)
    return notify_customer(claim)


def request_of(claim):
    return ConsentRequest.objects.get(reference=str(claim.pk))


def lose(claim, product):
    supersede(
        claim, workloads={product.pk}, subscriptions=(), reasons=[Finding(reason("another_partner_selected"))],
        message="The other proof is newer.", actor=reviewer_actor(), now=NOW + DAY,
    )  # fmt: skip


def deny_and_take_back(claim):
    consent.deny(request_of(claim), now=NOW + DAY, **REFUSAL)
    consent.restore(request_of(claim), now=NOW + 2 * DAY, by="")
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.APPROVED


def deny(claim):
    accept_denial(request_of(claim), now=NOW + 2 * DAY)
    claim.refresh_from_db()


def leave(claim):
    disassociate(claim, actor=partner_actor(claim), message="Over.", now=NOW + 2 * DAY)


def page(client, claim):
    client.force_login(claim.created_by)
    return client.get(claim.get_absolute_url()).content.decode()


def details_in(html):
    return text_of(html[html.index("details-heading") : html.index('id="documents"')])


def exported(claim):
    (values,) = claim_rows(claim.organization.claims.all())
    return dict(zip(CLAIM_HEADS, values, strict=True))


class TestDenialTakenBack:
    def test_an_approval_in_part_is_told_with_its_reasons_as_before(self, client, claim, products):
        before = page(client, claim)
        deny_and_take_back(claim)
        html = page(client, claim)
        seen = text_of(html)
        for text in (text_of(before), seen):
            assert "Microsoft approved a part of this claim" in text
            assert "Page 2 names others." in text
        assert f"{products[2].label} Not approved" in details_in(html)
        assert "No longer associated" not in seen

    def test_what_was_lost_before_the_denial_stays_lost_and_what_was_refused_refused(self, client, claim, products):
        lose(claim, products[1])
        deny_and_take_back(claim)
        details = details_in(page(client, claim))
        assert f"{products[0].label} Accepted" in details
        assert f"{products[1].label} No longer associated" in details
        assert f"{products[2].label} Not approved" in details
        assert dict(claim.lines.values_list("product", "live")) == {
            products[0].pk: True, products[1].pk: False, products[2].pk: False
        }  # fmt: skip


class TestOver:
    @pytest.mark.parametrize("end", [deny, leave])
    def test_the_page_tells_what_was_approved_and_lost_from_what_never_was(self, client, claim, products, end):
        lose(claim, products[1])
        end(claim)
        details = details_in(page(client, claim))
        assert f"{products[0].label} No longer associated" in details
        assert f"{products[1].label} No longer associated" in details
        assert f"{products[2].label} Not approved" in details

    def test_so_does_the_export(self, claim, products):
        lose(claim, products[1])
        row = exported(claim)
        assert row["Not approved products"] == products[2].label
        assert row["No longer associated products"] == products[1].label
        leave(claim)
        row = exported(claim)
        assert row["Not approved products"] == products[2].label
        assert row["No longer associated products"] == "; ".join(sorted(each.label for each in products[:2]))

    def test_an_approved_claim_that_lost_a_part_names_it_beside_what_was_approved(self, client, claim, products):
        lose(claim, products[1])
        seen = text_of(page(client, claim))
        approved = seen[seen.index("Approved: ") : seen.index("Not approved: ")]
        assert f"{products[1].label} (No longer associated)" in approved


def test_the_desk_reads_the_same_of_each_product(client, claim, products):
    lose(claim, products[1])
    client.force_login(ReviewerFactory())
    html = client.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()
    details = text_of(html[html.index("details-heading") : html.index('id="notes"')])
    words = ["Accepted", "No longer associated", "Not approved"]
    for product, word in zip(products, words, strict=True):
        assert f"{product.label} {word}" in details


def test_rows_of_before_are_told_apart_by_whether_there_was_an_association_and_back(claim, products):
    lose(claim, products[1])
    ClaimLine.objects.filter(verdict="lost").update(verdict="refused")
    change = import_module("claims.migrations.0014_lost_products")
    change.mark_lost(apps, None)
    found = dict(claim.lines.values_list("product", "verdict"))
    assert found == {products[0].pk: "accepted", products[1].pk: "lost", products[2].pk: "refused"}
    change.forget_lost(apps, None)
    assert not ClaimLine.objects.filter(verdict="lost").exists()


class TestOneOfSeveralSubscriptions:
    @pytest.fixture
    def two(self):
        """A product under review for two subscriptions of a customer."""
        tenant, product = TenantFactory(), ProductFactory()
        claim = claim_under_review(
            tenant=tenant, solution_area=SolutionArea.BUSINESS_APPLICATIONS, activities=[Activity.USAGE],
            products=[product], subscriptions=SubscriptionFactory.create_batch(2, tenant=tenant, product=product),
        )  # fmt: skip
        return claim

    @pytest.fixture
    def partly(self, two):
        """Approved for one of them: another partner was selected for the other."""
        lost, kept = two.tenant.subscriptions.order_by("pk")
        product = two.lines.get().product
        without = [Finding(reason("another_partner_selected"), product=product, subscription=lost)]
        approve(two, actor=reviewer_actor(), without=without, message="The other proof is newer.", now=NOW)
        two.lost, two.kept, two.product = lost, kept, product
        return two

    def test_mail_and_notice_speak_of_a_part_and_name_the_subscription(self, partly):
        name = f"{partly.product.label} ({partly.lost.shown_id})"
        mail = OutgoingEmail.objects.filter(kind="claim.approve").first()
        assert "Microsoft approved a part of your claim." in mail.text
        assert f"Not approved:\n- {name}" in mail.text
        assert f"- {name}: {reason('another_partner_selected').title}" in mail.text
        assert partly.kept.shown_id not in mail.text
        assert "approved a part" in Notice.objects.get(kind="claim.approve", user=partly.created_by).body
        # Another partner holds it: it is not free.
        assert "free again" not in mail.text

    def test_the_page_speaks_of_a_part_names_it_and_says_why(self, client, partly):
        seen = text_of(page(client, partly))
        assert "Microsoft approved a part of this claim" in seen
        assert f"Not approved: {partly.product.label} ({partly.lost.shown_id})" in seen
        assert seen.count(reason("another_partner_selected").text) == 1
        assert "The other proof is newer." in seen
        assert "free again" not in seen

    def test_history_says_it_too(self, partly):
        data = partly.events.get(action=ClaimAction.APPROVE).data
        assert data["refused"] == [f"{partly.product.label} ({partly.lost.shown_id})"]

    def test_who_holds_the_lost_one_is_no_rival_of_the_claim_any_more(self, client, partly):
        rival = claim_under_review(
            tenant=partly.tenant, solution_area=partly.solution_area, activities=[Activity.USAGE],
            products=[partly.product], subscriptions=[partly.lost],
        )  # fmt: skip
        assert not rivals_of(partly)
        approve(rival, actor=reviewer_actor(), now=NOW)
        assert not rivals_of(partly)
        assert not rivals_of(rival)
        assert [flag.code for flag in flags_on(partly)] == []
        assert "Another partner claims this customer" not in text_of(page(client, partly))
        for claim in (partly, rival):
            found, _similar = related_to(claim, user=ReviewerFactory(), lines=claim.lines.all())
            assert (found.claims, found.hidden) == ([], 0)

    def test_while_it_is_under_review_the_rival_is_told(self, two):
        claim_under_review(
            tenant=two.tenant, solution_area=two.solution_area, activities=[Activity.USAGE],
            products=[two.lines.get().product], subscriptions=[two.tenant.subscriptions.first()],
        )  # fmt: skip
        assert rivals_of(two)

    def test_a_reason_about_a_subscription_that_the_claim_does_not_name_is_refused(self, two):
        strange = SubscriptionFactory(tenant=two.tenant)
        without = [Finding(reason(), product=two.lines.get().product, subscription=strange)]
        with pytest.raises(RuleViolation, match=f"{strange.shown_id} is not part of this claim"):
            approve(two, actor=reviewer_actor(), without=without, now=NOW)
