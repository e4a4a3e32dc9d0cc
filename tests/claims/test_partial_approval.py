"""Deciding per product: what is approved is held, what is not is free for everybody at once."""

import pytest

from claims.consent_items import consent_items
from claims.consenting import accept_denial
from claims.creating import change_claim
from claims.deciding import approve, request_action
from claims.eligibility import claimed_among, product_choices, rivals_of
from claims.enums import Activity, ClaimStatus
from claims.export import CLAIM_HEADS, claim_rows
from claims.findings import Finding
from claims.models import Association, ClaimLine, LineSubscription, ReasonCode
from claims.statistics import TimeRange, numbers_for
from claims.submitting import disassociate, submit
from customers.enums import SolutionArea
from customers.models import ConsentRequest
from kit.errors import RuleViolation
from notifications.models import OutgoingEmail
from tests.answers import answer_everything
from tests.claims.journey import text_of
from tests.claims.test_claim_page import _content
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    partner_actor,
    put_on_tenant,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db


def finding(product, code="product_missing", note=""):
    return Finding(ReasonCode.objects.get(code=code), product=product, note=note)


@pytest.fixture
def products():
    return WorkloadFactory.create_batch(2)


@pytest.fixture
def claim(products):
    """Approved for the first product, not for the second."""
    claim = claim_under_review(products=products)
    put_on_tenant(products[1], claim.tenant)
    approve(claim, actor=reviewer_actor(), refused=[finding(products[1], note="Page 2 names others.")], now=NOW)
    return claim


@pytest.fixture
def by_subscription():
    """Two Dynamics products with a subscription each; the second is not approved."""
    tenant, products = TenantFactory(), ProductFactory.create_batch(2)
    subscriptions = [SubscriptionFactory(tenant=tenant, product=product) for product in products]
    claim = claim_under_review(
        tenant=tenant, solution_area=SolutionArea.BUSINESS_APPLICATIONS, activities=[Activity.USAGE],
        products=products, subscriptions=subscriptions,
    )  # fmt: skip
    approve(claim, actor=reviewer_actor(), refused=[finding(products[1])], now=NOW)
    claim.chosen = subscriptions
    return claim


class TestRule:
    def test_only_what_is_accepted_is_associated_and_named_to_the_customer(self, claim, products):
        assert [row.product for row in Association.objects.filter(claim=claim)] == [products[0]]
        assert [item.text for item in consent_items(claim)] == [f"{products[0].label}, {products[0].code}"]
        mail = OutgoingEmail.objects.exclude(kind__startswith="claim.").get()
        for body in (mail.text, mail.html):
            assert products[0].label in body
            assert products[1].label not in body

    def test_the_mail_to_the_customer_names_only_approved_subscriptions(self, by_subscription):
        kept, refused = by_subscription.chosen
        mail = OutgoingEmail.objects.exclude(kind__startswith="claim.").get()
        assert kept.shown_id in mail.text
        assert refused.shown_id not in mail.text

    def test_each_product_has_its_finding_and_only_the_accepted_ones_are_live(self, claim, products):
        found = {line.product: (line.verdict, line.live) for line in claim.lines.select_related("product")}
        assert found == {products[0]: ("accepted", True), products[1]: ("refused", False)}

    def test_nothing_is_approved_when_every_product_is_refused(self, products):
        claim = claim_under_review(products=products)
        refused = [finding(product) for product in products]
        with pytest.raises(RuleViolation, match="Reject the claim instead"):
            approve(claim, actor=reviewer_actor(), refused=refused, now=NOW)
        claim.refresh_from_db()
        assert claim.status == ClaimStatus.UNDER_REVIEW
        assert not Association.objects.exists()
        assert set(claim.lines.values_list("verdict", flat=True)) == {""}

    def test_a_reason_must_be_about_a_product_and_fit_a_rejection(self, products):
        claim = claim_under_review(products=products)
        bare = Finding(ReasonCode.objects.get(code="dates_missing"))
        with pytest.raises(RuleViolation, match="about one product"):
            approve(claim, actor=reviewer_actor(), refused=[bare], now=NOW)
        ReasonCode.objects.filter(code="product_missing").update(for_rejection=False)
        with pytest.raises(RuleViolation, match="cannot be a reason to reject"):
            approve(claim, actor=reviewer_actor(), refused=[finding(products[0])], now=NOW)

    @pytest.mark.parametrize("ending", ["disassociate", "deny"])
    def test_it_ends_as_every_association_does(self, claim, ending):
        if ending == "disassociate":
            disassociate(claim, actor=partner_actor(claim), message="Over.", now=NOW)
        else:
            request = ConsentRequest.objects.get(reference=str(claim.pk))
            request.denial_reasons = ["unknown_partner"]
            accept_denial(request, now=NOW)
        claim.refresh_from_db()
        assert claim.status in {ClaimStatus.ENDED, ClaimStatus.CONSENT_DENIED}
        assert not Association.objects.filter(ended_at=None).exists()
        assert not ClaimLine.objects.filter(claim=claim, live=True).exists()


class TestFreeAgain:
    def test_a_rival_gets_it_at_once(self, claim, products):
        rival = claim_under_review(tenant=claim.tenant, products=[products[1]])
        assert not rivals_of(rival)
        approve(rival, actor=reviewer_actor(), now=NOW)
        assert Association.objects.get(product=products[1]).organization == rival.organization
        assert not rivals_of(claim)

    def test_the_company_itself_may_claim_it_anew(self, claim, products):
        fields = {"organization": claim.organization, "tenant": claim.tenant, "created_by": claim.created_by}
        again = ClaimFactory(products=[products[1]], **fields)
        DocumentFactory(claim=again)
        submit(again, actor=partner_actor(again), now=NOW)
        assert again.status == ClaimStatus.SUBMITTED
        held = ClaimFactory(products=[products[0]], **fields)
        DocumentFactory(claim=held)
        with pytest.raises(RuleViolation, match="already submitted"):
            submit(held, actor=partner_actor(held), now=NOW)

    def test_it_is_not_grayed_in_the_products_step(self, claim, products):
        choices = product_choices(
            organization=claim.organization, tenant=claim.tenant, solution_area=claim.solution_area, incentive=True
        )
        assert {choice.product: choice.taken_by_us for choice in choices if choice.product in products} == {
            products[0]: True,
            products[1]: False,
        }

    def test_its_subscription_can_be_typed_again(self, by_subscription):
        kept, refused = by_subscription.chosen
        claimed = claimed_among(
            [kept.pk, refused.pk], organization=by_subscription.organization, incentive=True, editing=None
        )
        assert claimed == {kept.pk}
        assert not LineSubscription.objects.get(subscription=refused).live

    def test_it_counts_for_no_customer_of_the_workload(self, claim, products):
        numbers = numbers_for(claim.organization, time_range=TimeRange.DAYS_30, now=NOW)
        assert numbers.workloads == {products[0].code: 1}

    def test_the_export_names_it_and_leaves_its_subscription_out(self, by_subscription):
        (values,) = claim_rows(by_subscription.organization.claims.all())
        row = dict(zip(CLAIM_HEADS, values, strict=True))
        left_out = by_subscription.lines.get(verdict="refused").product
        assert row["Not approved products"] == left_out.label
        assert left_out.label in row["Products/workloads"]
        assert row["Subscriptions"] == by_subscription.chosen[0].shown_id


class TestPages:
    def test_the_claim_page_says_which_and_why(self, client, claim, products):
        client.force_login(claim.created_by)
        html = client.get(claim.get_absolute_url()).content.decode()
        seen = text_of(html)
        assert "Microsoft approved a part of this claim" in seen
        assert f"Not approved: {products[1].label}" in seen
        assert "Page 2 names others." in seen
        assert "you can claim it anew" in seen
        details = text_of(html[html.index("details-heading") : html.index('id="documents"')])
        assert f"{products[0].label} Accepted" in details
        assert f"{products[1].label} Not approved" in details

    def test_a_whole_approval_speaks_of_no_part(self, client, products):
        claim = claim_under_review(products=products)
        approve(claim, actor=reviewer_actor(), message="Thank you.", now=NOW)
        client.force_login(claim.created_by)
        seen = text_of(client.get(claim.get_absolute_url()).content.decode())
        assert "Microsoft approved this claim" in seen
        assert "Not approved" not in seen

    def test_the_partners_mail_says_it_in_text_and_html(self, claim, products):
        mail = OutgoingEmail.objects.filter(kind="claim.approve").first()
        assert "Microsoft approved a part of your claim." in mail.text
        assert f"Not approved:\n- {products[1].label}" in mail.text
        assert f"- {products[1].label}: Product or workload is not in the proof of execution" in mail.text
        assert "   Page 2 names others." in mail.text
        assert f">{products[1].label}</li>" in mail.html


class TestAcceptedSoFar:
    def test_the_partner_reads_what_is_accepted_and_what_needs_more(self, client, products):
        claim = claim_under_review(products=products)
        reviewer = reviewer_actor()
        request_action(
            claim, reasons=[finding(products[1])], accepted={products[0].pk}, message="", actor=reviewer, now=NOW
        )
        client.force_login(claim.created_by)
        seen = text_of(client.get(claim.get_absolute_url()).content.decode())
        assert f"{products[0].label} Accepted" in seen
        assert f"{products[1].label} More information needed" in seen
        mail = OutgoingEmail.objects.filter(kind="claim.request_action").first()
        assert f"Accepted:\n- {products[0].label}" in mail.text
        rule, end = (
            "approved only together with the rest of the claim",
            "the whole claim is rejected, also what was accepted",
        )
        fix_list = seen[seen.index("What Microsoft needs") :]
        for words in (" ".join(mail.text.split()), fix_list):
            assert rule in words
            assert "take that product out by editing the claim" in words
            assert f"Without an answer by December 24, 2026, 10:00 AM UTC {end}" in words.replace(" ,", ",")
        answer_everything(claim)
        submit(claim, actor=partner_actor(claim), now=NOW)
        seen = text_of(client.get(claim.get_absolute_url()).content.decode())
        assert f"{products[0].label} Accepted" in seen
        assert "More information needed" not in seen

    def test_without_an_accepted_product_nothing_is_said_to_wait_for_the_rest(self, client, products):
        claim = claim_under_review(products=products)
        request_action(claim, reasons=[finding(products[1])], message="", actor=reviewer_actor(), now=NOW)
        client.force_login(claim.created_by)
        seen = text_of(client.get(claim.get_absolute_url()).content.decode())
        mail = OutgoingEmail.objects.filter(kind="claim.request_action").first()
        assert "together with the rest" not in seen + mail.text
        assert "what was accepted" not in seen + mail.text

    def test_a_product_is_either_accepted_or_asked_about(self, products):
        claim = claim_under_review(products=products)
        with pytest.raises(RuleViolation, match="not both"):
            request_action(
                claim, reasons=[finding(products[0])], accepted={products[0].pk}, message="",
                actor=reviewer_actor(), now=NOW,
            )  # fmt: skip

    def test_an_edit_keeps_it_unless_its_subscriptions_change(self):
        tenant, products = TenantFactory(), ProductFactory.create_batch(2)
        subscriptions = [SubscriptionFactory(tenant=tenant, product=product) for product in products]
        claim = claim_under_review(
            tenant=tenant, solution_area=SolutionArea.BUSINESS_APPLICATIONS, activities=[Activity.USAGE],
            products=products, subscriptions=subscriptions,
        )  # fmt: skip
        bare = ReasonCode.objects.get(code="dates_missing")
        accepted = {product.pk for product in products}
        request_action(claim, reasons=[bare], accepted=accepted, message="", actor=reviewer_actor(), now=NOW)
        other = SubscriptionFactory(tenant=tenant, product=products[1])
        content = _content(claim, products, "New name")
        content.subscriptions.update({products[0].pk: [subscriptions[0]], products[1].pk: [other]})
        change_claim(claim, content, actor=partner_actor(claim), now=NOW)
        assert {line.product: line.verdict for line in claim.lines.all()} == {products[0]: "accepted", products[1]: ""}
