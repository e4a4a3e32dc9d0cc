"""Reviewers' decisions, and the customer's denial."""

from datetime import date, timedelta

import pytest

from claims.consent_items import consent_items
from claims.consenting import accept_denial
from claims.deciding import HELD, approve, reject, request_action, start_review
from claims.enums import Activity, ClaimAction, ClaimStatus
from claims.history import tell_partner, tell_reviewer
from claims.models import Association, ReasonCode
from claims.queries import events_of
from claims.submitting import submit
from customers.enums import SolutionArea
from customers.models import ConsentRequest
from kit.errors import RuleViolation
from notifications.models import Notice, OutgoingEmail
from tests.answers import answer_everything
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    OrganizationFactory,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    notify_customer,
    partner_actor,
    reviewer_actor,
    submitted_claim,
)

pytestmark = pytest.mark.django_db


def reasons(*codes):
    return list(ReasonCode.objects.filter(code__in=codes))


def partner_mails():
    return OutgoingEmail.objects.filter(kind__startswith="claim.")


def revenue_claim(**fields):
    tenant, product = TenantFactory(), ProductFactory()
    subscription = SubscriptionFactory(tenant=tenant, product=product)
    return ClaimFactory(
        tenant=tenant, solution_area=SolutionArea.BUSINESS_APPLICATIONS, activities=[Activity.REVENUE],
        products=[product], subscriptions=[subscription], **fields,
    )  # fmt: skip


def test_starting_the_review_gives_five_business_days_with_holidays_left_out():
    claim = submitted_claim()
    start_review(claim, actor=reviewer_actor(), now=NOW)  # Tuesday 24 November 2026; Thanksgiving is on the 26th
    assert claim.status == ClaimStatus.UNDER_REVIEW
    assert claim.review_due_on == date(2026, 12, 2)


class TestRequestAction:
    def test_it_opens_the_claim_again_for_30_days_and_tells_the_partner(self):
        claim = claim_under_review()
        request = request_action(
            claim, reasons=reasons("product_missing"), message="INTUNE is not named.", actor=reviewer_actor(), now=NOW
        )
        assert claim.is_editable
        assert claim.action_due_at == request.due_at == NOW + timedelta(days=30)
        assert partner_mails().count() == 2
        mail = partner_mails()[0]
        for text in (
            "INTUNE is not named.",
            "The products/services purchased by the customer have not been specified.",
        ):
            assert text in mail.text
        assert Notice.objects.filter(user=claim.created_by).exists()

    def test_it_needs_a_reason_that_may_be_asked_for(self):
        claim = claim_under_review()
        with pytest.raises(RuleViolation, match="at least one reason"):
            request_action(claim, reasons=[], message="Please.", actor=reviewer_actor(), now=NOW)
        with pytest.raises(RuleViolation, match="reason to reject"):
            request_action(claim, reasons=reasons("no_response"), message="", actor=reviewer_actor(), now=NOW)
        claim.refresh_from_db()
        assert claim.status == ClaimStatus.UNDER_REVIEW

    def test_the_answer_returns_the_claim_to_review_and_closes_the_request(self):
        claim = claim_under_review()
        request = request_action(claim, reasons=reasons("poe_missing"), message="", actor=reviewer_actor(), now=NOW)
        DocumentFactory(claim=claim)
        answer_everything(claim)
        submit(claim, actor=partner_actor(claim), now=NOW + timedelta(days=3))
        claim.refresh_from_db()
        request.refresh_from_db()
        assert (claim.status, claim.action_due_at) == (ClaimStatus.UNDER_REVIEW, None)
        assert request.closed_at == NOW + timedelta(days=3)
        assert claim.review_due_on == date(2026, 12, 4)


class TestApprove:
    def test_it_opens_one_association_per_workload_and_asks_the_customer(self):
        products = WorkloadFactory.create_batch(2)
        claim = claim_under_review(products=products)
        approve(claim, actor=reviewer_actor(), now=NOW)
        held = Association.objects.filter(claim=claim, ended_at=None)
        assert {row.product for row in held} == set(products)
        assert all(row.exclusive and row.subscription is None for row in held)
        asked = ConsentRequest.objects.get(reference=str(claim.pk))
        assert (claim.opt_out_until, asked.opt_out_until) == (None, None)
        assert claim.events.filter(action=ClaimAction.ASK_CONSENT).count() == 1

    def test_it_opens_one_association_per_subscription(self):
        tenant, product = TenantFactory(), ProductFactory()
        subscriptions = SubscriptionFactory.create_batch(2, tenant=tenant, product=product)
        claim = claim_under_review(
            tenant=tenant, solution_area=SolutionArea.BUSINESS_APPLICATIONS,
            activities=[Activity.PRE_SALES, Activity.USAGE], products=[product], subscriptions=subscriptions,
        )  # fmt: skip
        approve(claim, actor=reviewer_actor(), now=NOW)
        assert {row.subscription for row in Association.objects.filter(claim=claim)} == set(subscriptions)
        assert [(item.text, item.country) for item in consent_items(claim)] == [
            (f"{product.name}, {s.shown_id}", tenant.country) for s in subscriptions
        ]

    def test_the_customers_mail_goes_to_the_contact_with_the_administrators_and_never_to_the_partner(self):
        claim = claim_under_review()
        approve(claim, actor=reviewer_actor(), now=NOW)
        mail = OutgoingEmail.objects.exclude(kind__startswith="claim.").get()
        assert (mail.to, mail.cc) == ([claim.customer_contact_email], claim.tenant.admin_emails)
        everybody = {*mail.to, *mail.cc}
        assert not everybody & {claim.partner_contact_email, claim.created_by.email}

    def test_a_revenue_association_is_approved_without_asking_the_customer_and_is_not_exclusive(self):
        claim = revenue_claim(status=ClaimStatus.UNDER_REVIEW)
        approve(claim, actor=reviewer_actor(), now=NOW)
        assert not Association.objects.get(claim=claim).exclusive
        assert not ConsentRequest.objects.get(reference=str(claim.pk)).asks
        assert not OutgoingEmail.objects.exclude(kind__startswith="claim.").exists()
        assert (claim.opt_out_until, claim.in_effect_at) == (None, NOW)

    def test_what_another_partner_holds_cannot_be_approved_and_nothing_changes(self):
        first = claim_under_review()
        approve(first, actor=reviewer_actor(), now=NOW)
        rival = claim_under_review(tenant=first.tenant, products=[first.lines.get().product])
        mails = OutgoingEmail.objects.count()
        with pytest.raises(RuleViolation) as refusal:
            approve(rival, actor=reviewer_actor(), now=NOW)
        assert refusal.value.message == HELD
        rival.refresh_from_db()
        assert rival.status == ClaimStatus.UNDER_REVIEW
        assert OutgoingEmail.objects.count() == mails
        assert Association.objects.count() == 1

    def test_pre_sales_and_usage_of_one_subscription_are_one_place_for_one_partner(self):
        tenant, product = TenantFactory(), ProductFactory()
        first, second = SubscriptionFactory.create_batch(2, tenant=tenant, product=product)

        def of_another_partner(activity, subscription):
            return claim_under_review(
                tenant=tenant, solution_area=SolutionArea.BUSINESS_APPLICATIONS, activities=[activity],
                products=[product], subscriptions=[subscription],
            )  # fmt: skip

        approve(of_another_partner(Activity.PRE_SALES, first), actor=reviewer_actor(), now=NOW)
        with pytest.raises(RuleViolation) as refusal:
            approve(of_another_partner(Activity.USAGE, first), actor=reviewer_actor(), now=NOW)
        assert refusal.value.message == HELD
        approve(of_another_partner(Activity.USAGE, second), actor=reviewer_actor(), now=NOW)
        assert Association.objects.filter(ended_at=None).values("organization").distinct().count() == 2

    def test_a_tenant_without_administrators_is_noted_in_history(self):
        claim = claim_under_review(tenant=TenantFactory(admin_emails=[]))
        approve(claim, actor=reviewer_actor(), now=NOW)
        assert claim.events.get(action=ClaimAction.ASK_CONSENT).data == {"without_copy": True}


class TestReject:
    def test_it_tells_the_reasons_and_frees_the_products(self):
        claim = claim_under_review()
        reject(claim, reasons=reasons("dates_missing"), message="Page 2 is cut off.", actor=reviewer_actor(), now=NOW)
        assert claim.status == ClaimStatus.REJECTED
        assert not claim.lines.get().live
        assert "Page 2 is cut off." in partner_mails()[0].text

    def test_it_needs_a_reason(self):
        claim = claim_under_review()
        with pytest.raises(RuleViolation, match="at least one reason"):
            reject(claim, reasons=[], message="No.", actor=reviewer_actor(), now=NOW)

    def test_a_later_change_of_a_reasons_text_does_not_change_what_was_said(self):
        claim = claim_under_review()
        reject(claim, reasons=reasons("dates_missing"), message="", actor=reviewer_actor(), now=NOW)
        ReasonCode.objects.update(text="Something else.")
        told = claim.events.get(action=ClaimAction.REJECT).data["reasons"][0]["text"]
        assert told.startswith("Dates cannot be seen")


class TestDenial:
    def denied(self, claim, **fields):
        request = ConsentRequest.objects.get(reference=str(claim.pk))
        request.denial_reasons, request.comment = ["unknown_partner"], "We never met them."
        for name, value in fields.items():
            setattr(request, name, value)
        return request

    def approved(self):
        claim = claim_under_review()
        approve(claim, actor=reviewer_actor(), now=NOW)
        return notify_customer(claim)

    def test_it_ends_claim_and_association_and_tells_the_partner_the_reason_but_not_the_comment(self):
        claim = self.approved()
        accept_denial(self.denied(claim), now=NOW + timedelta(days=1))
        claim.refresh_from_db()
        assert claim.status == ClaimStatus.CONSENT_DENIED
        assert Association.objects.get(claim=claim).end_reason == "consent_denied"
        mail = partner_mails().filter(kind="claim.deny_consent").first()
        assert "Partner is unknown" in mail.text
        assert "never met" not in mail.text
        assert claim.last_activity_label == "Customer"

    def test_the_comment_is_passed_on_when_the_customer_agrees(self):
        claim = self.approved()
        accept_denial(self.denied(claim, share_comment=True), now=NOW)
        assert "We never met them." in partner_mails().filter(kind="claim.deny_consent").first().text

    def test_after_the_seven_days_it_has_the_same_effect_and_history_says_so(self):
        claim = self.approved()
        event = accept_denial(self.denied(claim), now=NOW + timedelta(days=7))
        assert event.data["late"]
        earlier = accept_denial(self.denied(other := self.approved()), now=NOW + timedelta(days=7, seconds=-1))
        assert not earlier.data["late"]
        assert other.pk != claim.pk

    def test_it_frees_the_product_for_another_partner(self):
        claim = self.approved()
        accept_denial(self.denied(claim), now=NOW)
        rival = claim_under_review(tenant=claim.tenant, products=[claim.lines.get().product])
        approve(rival, actor=reviewer_actor(), now=NOW)
        assert rival.status == ClaimStatus.APPROVED


def test_partners_read_microsoft_and_staff_read_the_person():
    claim = submitted_claim(organization=OrganizationFactory())
    reviewer = reviewer_actor()
    start_review(claim, actor=reviewer, now=NOW)
    events = list(events_of(claim))
    assert [told.who for told in tell_partner(events)] == ["Microsoft"]
    assert [told.who for told in tell_reviewer(events)] == [reviewer.name]
    for mail in OutgoingEmail.objects.all():
        assert reviewer.name not in mail.text + mail.html
