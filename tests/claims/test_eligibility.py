"""Which products and subscriptions may be chosen (R084, R090-R096, Q13-Q20)."""

import uuid
from datetime import timedelta

import pytest

from claims.eligibility import (
    Cause,
    check_subscription,
    product_choices,
    products_needing_subscription,
    silent_subscriptions,
)
from claims.enums import Activity, ClaimStatus
from claims.models import Association
from customers.enums import SolutionArea
from tests.factories import (
    NOW,
    ClaimFactory,
    OrganizationFactory,
    ProductFactory,
    SkuFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    put_on_tenant,
)

pytestmark = pytest.mark.django_db
BA = SolutionArea.BUSINESS_APPLICATIONS


@pytest.fixture
def ours():
    return OrganizationFactory()


@pytest.fixture
def tenant():
    return TenantFactory()


@pytest.fixture
def crm():
    return ProductFactory(name="MICROSOFT DYNAMICS CRM ONLINE BASIC")


def check(text, *, product, tenant, organization, incentive=True, now=NOW):
    return check_subscription(
        str(text), product=product, tenant=tenant, organization=organization, incentive=incentive, now=now
    )


def ba_claim(organization, tenant, subscription, product, **fields):
    return ClaimFactory(
        organization=organization, tenant=tenant, solution_area=BA, activities=[Activity.PRE_SALES],
        products=[product], subscriptions=[subscription], **fields,
    )  # fmt: skip


def choice_of(product, *, organization, tenant, incentive=True):
    choices = product_choices(
        organization=organization, tenant=tenant, solution_area=product.solution_area, incentive=incentive
    )
    return next(choice for choice in choices if choice.product == product)


class TestSubscriptionCauses:
    def test_a_good_subscription_is_found_by_either_of_its_ids(self, ours, tenant, crm):
        subscription = SubscriptionFactory(tenant=tenant, product=crm)
        for text in (subscription.commerce_subscription_id, f" {str(subscription.subscription_id).upper()} "):
            checked = check(text, product=crm, tenant=tenant, organization=ours)
            assert (checked.subscription, checked.cause) == (subscription, None)

    @pytest.mark.parametrize("text", ["", "hello", "90de0f24-3db1-4fe5-8f98-90de0f24-3db1", "1234", "%00", "é" * 36])
    def test_what_is_not_a_subscription_id(self, text, ours, tenant, crm):
        assert check(text, product=crm, tenant=tenant, organization=ours).cause == Cause.NOT_AN_ID

    def test_an_unknown_id_is_not_a_subscription_id(self, ours, tenant, crm):
        assert check(uuid.uuid4(), product=crm, tenant=tenant, organization=ours).cause == Cause.NOT_AN_ID

    def test_another_customers_subscription_is_not_on_the_tenant_and_nothing_of_it_is_told(self, ours, tenant, crm):
        foreign = SubscriptionFactory(tenant=TenantFactory(display_name="Secret Customer"), product=crm)
        checked = check(foreign.shown_id, product=crm, tenant=tenant, organization=ours)
        assert checked.cause == Cause.NOT_ON_TENANT
        assert "Secret" not in checked.detail

    def test_a_subscription_of_another_dynamics_product(self, ours, tenant, crm):
        other = ProductFactory(name="DYNAMICS 365 FOR TEAM MEMBERS")
        subscription = SubscriptionFactory(tenant=tenant, product=other)
        checked = check(subscription.shown_id, product=crm, tenant=tenant, organization=ours)
        assert checked.cause == Cause.NOT_ON_TENANT
        assert "DYNAMICS 365 FOR TEAM MEMBERS" in checked.detail

    def test_a_subscription_that_is_not_dynamics(self, ours, tenant, crm):
        office = SubscriptionFactory(tenant=tenant, sku_id=SkuFactory(is_dynamics=False).sku_id)
        assert check(office.shown_id, product=crm, tenant=tenant, organization=ours).cause == Cause.NOT_DYNAMICS

    def test_a_csp_subscription(self, ours, tenant, crm):
        csp = SubscriptionFactory(tenant=tenant, product=crm, owner_tenant_id=uuid.uuid4())
        assert check(csp.shown_id, product=crm, tenant=tenant, organization=ours).cause == Cause.CSP

    def test_a_trial_was_not_purchased(self, ours, tenant, crm):
        trial = SubscriptionFactory(tenant=tenant, product=crm, is_trial=True)
        assert check(trial.shown_id, product=crm, tenant=tenant, organization=ours).cause == Cause.NOT_PURCHASED

    @pytest.mark.parametrize("fields", [{"provisioned": False}, {"status": "Suspended"}, {"status": "Deleted"}])
    def test_a_subscription_that_is_not_activated(self, fields, ours, tenant, crm):
        subscription = SubscriptionFactory(tenant=tenant, product=crm, **fields)
        assert check(subscription.shown_id, product=crm, tenant=tenant, organization=ours).cause == Cause.NOT_ACTIVATED

    def test_a_subscription_in_grace_may_still_be_claimed(self, ours, tenant, crm):
        subscription = SubscriptionFactory(tenant=tenant, product=crm, status="Warning")
        assert check(subscription.shown_id, product=crm, tenant=tenant, organization=ours).cause is None

    def test_a_subscription_held_by_anybody_is_claimed_and_the_holder_is_not_named(self, ours, tenant, crm):
        subscription = SubscriptionFactory(tenant=tenant, product=crm)
        rival = OrganizationFactory(name="Rival Inc")
        claim = ba_claim(rival, tenant, subscription, crm, status=ClaimStatus.APPROVED, decided_at=NOW)
        Association.objects.create(
            claim=claim,
            organization=rival,
            tenant=tenant,
            product=crm,
            subscription=subscription,
            exclusive=True,
            started_at=NOW,
        )
        checked = check(subscription.shown_id, product=crm, tenant=tenant, organization=ours)
        assert checked.cause == Cause.ALREADY_CLAIMED
        assert "Rival" not in checked.detail

    def test_a_held_subscription_can_be_contested_where_the_setting_says_so(self, ours, tenant, crm, settings):
        subscription = SubscriptionFactory(tenant=tenant, product=crm)
        claim = ba_claim(OrganizationFactory(), tenant, subscription, crm, status=ClaimStatus.APPROVED, decided_at=NOW)
        Association.objects.create(
            claim=claim, organization=claim.organization, tenant=tenant, product=crm, subscription=subscription,
            exclusive=True, started_at=NOW,
        )  # fmt: skip
        settings.CONTEST_HELD_SUBSCRIPTIONS = True
        assert check(subscription.shown_id, product=crm, tenant=tenant, organization=ours).cause is None

    def test_our_own_live_claim_counts_as_claimed_but_a_rivals_undecided_one_does_not(self, ours, tenant, crm):
        subscription = SubscriptionFactory(tenant=tenant, product=crm)
        ba_claim(OrganizationFactory(), tenant, subscription, crm, status=ClaimStatus.SUBMITTED)
        assert check(subscription.shown_id, product=crm, tenant=tenant, organization=ours).cause is None
        ba_claim(ours, tenant, subscription, crm, status=ClaimStatus.SUBMITTED)
        assert (
            check(subscription.shown_id, product=crm, tenant=tenant, organization=ours).cause == Cause.ALREADY_CLAIMED
        )

    def test_revenue_association_stands_beside_an_incentive_claim(self, ours, tenant, crm):
        subscription = SubscriptionFactory(tenant=tenant, product=crm)
        ba_claim(ours, tenant, subscription, crm, status=ClaimStatus.SUBMITTED)
        assert (
            check(subscription.shown_id, product=crm, tenant=tenant, organization=ours, incentive=False).cause is None
        )

    def test_48_hours_must_pass_to_the_second_and_the_earliest_time_is_told(self, ours, tenant, crm):
        subscription = SubscriptionFactory(tenant=tenant, product=crm, activated_at=NOW)
        early = check(
            subscription.shown_id,
            product=crm,
            tenant=tenant,
            organization=ours,
            now=NOW + timedelta(hours=48, seconds=-1),
        )
        assert early.cause == Cause.TOO_EARLY
        assert "November 26, 2026, 10:00 UTC" in early.detail
        in_time = check(
            subscription.shown_id, product=crm, tenant=tenant, organization=ours, now=NOW + timedelta(hours=48)
        )
        assert in_time.cause is None


class TestProductChoices:
    def test_a_workload_of_an_own_live_claim_is_grayed_and_a_draft_only_noted(self, ours, tenant):
        taken, drafted, free = WorkloadFactory(), WorkloadFactory(), WorkloadFactory()
        for product in (taken, drafted, free):
            put_on_tenant(product, tenant)
        ClaimFactory(organization=ours, tenant=tenant, products=[taken], status=ClaimStatus.SUBMITTED)
        ClaimFactory(organization=ours, tenant=tenant, products=[drafted])
        assert choice_of(taken, organization=ours, tenant=tenant).taken_by_us
        assert not choice_of(taken, organization=ours, tenant=tenant).can_choose
        assert choice_of(drafted, organization=ours, tenant=tenant).drafted_by_us
        assert choice_of(drafted, organization=ours, tenant=tenant).can_choose
        assert choice_of(free, organization=ours, tenant=tenant).can_choose

    @pytest.mark.parametrize(
        "status", [ClaimStatus.REJECTED, ClaimStatus.CONSENT_DENIED, ClaimStatus.ENDED, ClaimStatus.DISCARDED]
    )
    def test_a_claim_that_came_to_nothing_frees_the_product(self, status, ours, tenant):
        workload = WorkloadFactory()
        put_on_tenant(workload, tenant)
        ClaimFactory(organization=ours, tenant=tenant, products=[workload], status=status, decided_at=NOW)
        assert choice_of(workload, organization=ours, tenant=tenant).can_choose

    def test_a_rivals_claim_is_told_as_a_yes_and_can_still_be_chosen(self, ours, tenant):
        workload = WorkloadFactory()
        put_on_tenant(workload, tenant)
        ClaimFactory(tenant=tenant, products=[workload], status=ClaimStatus.UNDER_REVIEW)
        choice = choice_of(workload, organization=ours, tenant=tenant)
        assert choice.claimed_by_other
        assert choice.can_choose
        assert not choice_of(workload, organization=ours, tenant=TenantFactory()).claimed_by_other

    def test_a_dynamics_product_is_grayed_only_when_all_its_subscriptions_are_ours(self, ours, tenant, crm):
        put_on_tenant(crm, tenant)
        first, second = SubscriptionFactory.create_batch(2, tenant=tenant, product=crm)
        ba_claim(ours, tenant, first, crm, status=ClaimStatus.SUBMITTED)
        assert choice_of(crm, organization=ours, tenant=tenant).can_choose
        ba_claim(ours, tenant, second, crm, status=ClaimStatus.APPROVED, decided_at=NOW)
        assert not choice_of(crm, organization=ours, tenant=tenant).can_choose

    def test_a_workload_must_be_on_the_tenant_and_a_dynamics_product_need_not(self, ours, tenant, crm):
        assert not choice_of(WorkloadFactory(), organization=ours, tenant=tenant).can_choose
        assert choice_of(crm, organization=ours, tenant=tenant).can_choose

    def test_a_retired_product_is_not_offered(self, ours, tenant, crm):
        crm.retired_at = NOW
        crm.save(update_fields=["retired_at"])
        assert product_choices(organization=ours, tenant=tenant, solution_area=BA, incentive=True) == []


class TestWhenSubscriptionsAreAsked:
    def test_one_subscription_is_attached_silently(self, tenant, crm):
        put_on_tenant(crm, tenant)
        only = SubscriptionFactory(tenant=tenant, product=crm)
        SubscriptionFactory(tenant=tenant, product=crm, is_trial=True)
        assert products_needing_subscription([crm], tenant) == []
        assert silent_subscriptions([crm], tenant) == {crm.pk: only}

    def test_several_or_none_are_asked_for(self, tenant, crm):
        put_on_tenant(crm, tenant)
        assert products_needing_subscription([crm], tenant) == [crm]
        SubscriptionFactory.create_batch(2, tenant=tenant, product=crm)
        assert products_needing_subscription([crm], tenant) == [crm]
        assert silent_subscriptions([crm], tenant) == {}

    def test_a_subscription_newer_than_the_tenants_product_list_is_asked_for_and_accepted(self, ours, tenant, crm):
        newer = SubscriptionFactory(tenant=tenant, product=crm)
        assert products_needing_subscription([crm], tenant) == [crm]
        assert silent_subscriptions([crm], tenant) == {}
        assert check(newer.shown_id, product=crm, tenant=tenant, organization=ours).subscription == newer

    def test_a_workload_never_asks(self, tenant):
        workload = WorkloadFactory()
        put_on_tenant(workload, tenant)
        assert products_needing_subscription([workload], tenant) == []
        assert silent_subscriptions([workload], tenant) == {}
