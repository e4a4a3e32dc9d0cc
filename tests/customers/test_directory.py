"""What the wizard asks of the customer directory."""

import uuid
from datetime import timedelta

import pytest

from customers.directory import directory
from tests.factories import (
    NOW,
    ProductFactory,
    SkuFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    put_on_tenant,
)

pytestmark = pytest.mark.django_db


def test_a_tenant_is_found_by_its_id():
    tenant = TenantFactory()
    assert directory().find_tenant(tenant.tenant_id) == tenant
    assert directory().find_tenant(uuid.uuid4()) is None


def test_a_domain_is_owned_in_any_case_and_only_by_its_tenant():
    ours, theirs = TenantFactory(domain="contoso.example"), TenantFactory(domain="fabrikam.example")
    assert directory().owns_domain(ours, " Contoso.EXAMPLE ")
    assert not directory().owns_domain(theirs, "contoso.example")
    assert not directory().owns_domain(ours, "toso.example")


class TestProductsOnATenant:
    def test_an_enabled_sku_brings_its_products(self):
        tenant, workload, other = TenantFactory(), WorkloadFactory(), WorkloadFactory()
        put_on_tenant(workload, tenant)
        put_on_tenant(other, TenantFactory())
        assert directory().product_ids_on(tenant) == {workload.pk}

    @pytest.mark.parametrize(
        ("status", "expected"),
        [("Enabled", True), ("Warning", True), ("Suspended", False), ("Deleted", False), ("LockedOut", False)],
    )
    def test_a_sku_counts_while_it_is_enabled_or_in_grace(self, status, expected):
        tenant, workload = TenantFactory(), WorkloadFactory()
        put_on_tenant(workload, tenant)
        tenant.skus.update(capability_status=status)
        assert (workload.pk in directory().product_ids_on(tenant)) is expected

    def test_a_subscription_newer_than_the_sku_list_brings_no_product_to_it(self):
        subscription = SubscriptionFactory(product=ProductFactory())
        assert directory().product_ids_on(subscription.tenant) == set()

    def test_retired_products_and_unclaimable_skus_are_left_out(self):
        tenant = TenantFactory()
        retired, trial_only = WorkloadFactory(retired_at=NOW), WorkloadFactory()
        put_on_tenant(retired, tenant)
        put_on_tenant(trial_only, tenant)
        trial_only.skus.update(claimable=False)
        assert directory().product_ids_on(tenant) == set()

    def test_a_retired_sku_that_the_tenant_still_has_counts(self):
        tenant, workload = TenantFactory(), WorkloadFactory()
        put_on_tenant(workload, tenant)
        workload.skus.update(retired_at=NOW)
        assert directory().product_ids_on(tenant) == {workload.pk}


class TestSubscriptions:
    def test_they_are_listed_oldest_first_whatever_their_state_but_not_when_gone(self):
        tenant, product = TenantFactory(), ProductFactory()
        new = SubscriptionFactory(tenant=tenant, product=product, activated_at=NOW)
        old = SubscriptionFactory(
            tenant=tenant, product=product, activated_at=NOW - timedelta(days=9), status="Suspended"
        )
        SubscriptionFactory(tenant=tenant, product=product, gone_at=NOW)
        SubscriptionFactory(tenant=tenant, product=ProductFactory())
        SubscriptionFactory(product=product)
        assert directory().subscriptions_of(tenant, [product]) == {product.pk: [old, new]}

    def test_one_is_found_by_its_directory_id_and_by_its_commerce_id(self):
        subscription = SubscriptionFactory()
        assert directory().find_subscription(subscription.subscription_id) == subscription
        assert directory().find_subscription(subscription.commerce_subscription_id) == subscription
        assert directory().find_subscription(uuid.uuid4()) is None

    def test_of_two_with_one_commerce_id_the_present_one_is_found(self):
        gone = SubscriptionFactory(gone_at=NOW)
        present = SubscriptionFactory(commerce_subscription_id=gone.commerce_subscription_id)
        assert directory().find_subscription(gone.commerce_subscription_id) == present

    def test_a_dynamics_sku_stands_for_its_product(self):
        product = ProductFactory()
        assert directory().products_of(SubscriptionFactory(product=product)) == [product]

    def test_a_sku_that_is_unknown_or_not_dynamics_stands_for_none(self):
        workload, sku = WorkloadFactory(), SkuFactory()
        workload.skus.add(sku)
        assert directory().products_of(SubscriptionFactory(sku_id=sku.sku_id)) == []
        assert directory().products_of(SubscriptionFactory()) == []

    def test_a_retired_product_and_a_trial_sku_stand_for_none(self):
        retired, trial = ProductFactory(retired_at=NOW), ProductFactory()
        trial.skus.update(claimable=False)
        assert directory().products_of(SubscriptionFactory(product=retired)) == []
        assert directory().products_of(SubscriptionFactory(product=trial)) == []


class TestSkuWithoutIdentifier:
    """A product of which only the part number is public is recognised by it."""

    @pytest.fixture
    def product(self):
        return ProductFactory(sku=SkuFactory(sku_id=None, part_number="CRMPLAN1", is_dynamics=True))

    def test_a_subscription_is_recognised_by_the_part_number(self, product):
        subscription = SubscriptionFactory(sku_part_number="CRMPLAN1")
        other = SubscriptionFactory(tenant=subscription.tenant, sku_part_number="CRMPLAN2")
        assert directory().products_of(subscription) == [product]
        assert directory().products_of(other) == []
        assert directory().subscriptions_of(subscription.tenant, [product]) == {product.pk: [subscription]}

    def test_a_sku_with_an_identifier_is_never_recognised_by_part_number(self):
        product = ProductFactory(sku=SkuFactory(part_number="CRMPLAN2", is_dynamics=True))
        subscription = SubscriptionFactory(sku_part_number="CRMPLAN2")
        assert directory().products_of(subscription) == []
        assert directory().subscriptions_of(subscription.tenant, [product]) == {product.pk: []}
        assert directory().product_ids_on(subscription.tenant) == set()


@pytest.mark.django_db
def test_subscriptions_of_many_products_are_told_apart_with_two_queries(django_assert_num_queries):
    tenant = TenantFactory()
    products = [ProductFactory() for _ in range(3)]
    wanted = {product.pk: [SubscriptionFactory(tenant=tenant, product=product)] for product in products[:2]}
    SubscriptionFactory(product=products[0])
    with django_assert_num_queries(2):
        assert directory().subscriptions_of(tenant, products) == wanted | {products[2].pk: []}
    assert directory().subscriptions_of(tenant, []) == {}


class TestHoldings:
    """What a reviewer reads of a product: listed or not, seats, since when."""

    def test_seats_are_summed_over_the_skus_of_a_product(self):
        tenant, workload = TenantFactory(), WorkloadFactory()
        put_on_tenant(workload, tenant)
        second = SkuFactory()
        workload.skus.add(second)
        tenant.skus.create(
            sku_id=second.sku_id,
            part_number=second.part_number,
            capability_status="Warning",
            enabled_units=5,
            consumed_units=3,
        )
        put_on_tenant(workload, TenantFactory())
        held = directory().holdings_of(tenant, [workload])[workload.pk]
        assert (held.on_tenant, held.lapsed, held.seats, held.used, held.since) == (True, False, 15, 3, None)

    def test_a_sku_that_is_suspended_everywhere_is_called_lapsed(self):
        tenant, workload = TenantFactory(), WorkloadFactory()
        put_on_tenant(workload, tenant)
        tenant.skus.update(capability_status="Suspended")
        held = directory().holdings_of(tenant, [workload])[workload.pk]
        assert (held.on_tenant, held.lapsed, held.seats) == (False, True, 0)

    def test_the_oldest_present_subscription_says_since_when(self):
        tenant, product, other = TenantFactory(), ProductFactory(), ProductFactory()
        for days, gone in ((400, NOW), (90, None), (10, None)):
            SubscriptionFactory(tenant=tenant, product=product, activated_at=NOW - timedelta(days=days), gone_at=gone)
        SubscriptionFactory(product=product, activated_at=NOW - timedelta(days=900))
        found = directory().holdings_of(tenant, [product, other])
        assert found[product.pk].since == NOW - timedelta(days=90)
        assert found[other.pk].since is None
        assert not found[other.pk].on_tenant

    def test_a_sku_without_a_public_id_is_recognised_by_its_part_number(self):
        tenant, product = TenantFactory(), ProductFactory(sku=SkuFactory(sku_id=None, part_number="OLD_NAME"))
        tenant.skus.create(sku_id=uuid.uuid4(), part_number="OLD_NAME", capability_status="Enabled", enabled_units=7)
        assert directory().holdings_of(tenant, [product])[product.pk].seats == 7

    def test_one_question_is_asked_for_one_product_and_for_three(self, django_assert_num_queries):
        tenant, products = TenantFactory(), WorkloadFactory.create_batch(3)
        for product in products:
            put_on_tenant(product, tenant)
        for some in (products[:1], products):
            with django_assert_num_queries(1):
                directory().holdings_of(tenant, some)
