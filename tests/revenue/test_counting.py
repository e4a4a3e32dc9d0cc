"""Which revenue counts for whom, and the figures made of it, against a plain computation that knows no SQL."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.enums import Activity, ClaimStatus
from claims.models import Association
from revenue.bars import WIDTH, draw_bars
from revenue.enums import PerformanceArea
from revenue.models import ProductArea, RevenueLine
from revenue.queries import SalesView, counted_lines, currencies_of, data_as_of, lines_of
from revenue.summary import Amounts, Month, add_months, months_of, performance, roll_ending, total_of
from tests.factories import LocationFactory, OrganizationFactory, TenantFactory
from tests.revenue.samples import AS_OF, associate, crm, erp, line, some_import, subscription_of

pytestmark = pytest.mark.django_db
ROLL = roll_ending(AS_OF)


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def subscription():
    return subscription_of(crm())


def product_of(subscription):
    return ProductArea.objects.get(product__skus__sku_id=subscription.sku_id).product


def hold(organization, subscription, **more):
    return associate(
        organization, product=product_of(subscription), tenant=subscription.tenant, subscription=subscription, **more
    )


def bill(subscription, month, **more):
    return line(month, product=product_of(subscription), subscription=subscription, **more)


def figures(organization, *, roll=ROLL, **view):
    chosen = SalesView(organization, **({"area": PerformanceArea.CRM} | view))
    return performance(lines_of(chosen), rolls=[roll])[0]


def total(organization, **more):
    return figures(organization, **more).amounts.total


class TestWhatCounts:
    def test_the_lines_of_an_own_revenue_association_count_and_nothing_else(self, organization, subscription):
        hold(organization, subscription)
        other = subscription_of(product_of(subscription), subscription.tenant)
        bill(subscription, "2026-03", amount="10", enhancement="2.50")
        bill(other, "2026-03", amount="1000")
        assert figures(organization).amounts == Amounts(Decimal(10), Decimal("2.50"))

    def test_another_companys_association_brings_nothing(self, organization, subscription):
        rival = OrganizationFactory()
        hold(rival, subscription)
        bill(subscription, "2026-03")
        assert (total(organization), total(rival)) == (0, 100)

    def test_two_companies_may_hold_the_same_subscription_and_each_sees_it_whole(self, organization, subscription):
        rival = OrganizationFactory()
        hold(organization, subscription)
        hold(rival, subscription)
        bill(subscription, "2026-03")
        assert total(organization) == total(rival) == 100

    @pytest.mark.parametrize("activity", [Activity.PRE_SALES, Activity.USAGE])
    def test_an_incentive_association_brings_no_revenue_here(self, activity, organization, subscription):
        hold(organization, subscription, activity=activity)
        bill(subscription, "2026-03")
        assert total(organization) == 0

    def test_a_claim_that_was_never_approved_brings_nothing(self, organization, subscription):
        hold(organization, subscription, status=ClaimStatus.REJECTED)
        Association.objects.all().delete()
        bill(subscription, "2026-03")
        assert total(organization) == 0

    @pytest.mark.parametrize(
        ("month", "counts"),
        [("2026-02", False), ("2026-03", True), ("2026-04", True), ("2026-06", True), ("2026-07", False)],
    )
    @pytest.mark.parametrize("reason", [Association.EndReason.DISASSOCIATED, Association.EndReason.CONSENT_DENIED])
    def test_it_counts_from_the_month_of_the_start_to_the_month_of_the_end(
        self, month, counts, reason, organization, subscription
    ):
        hold(organization, subscription, start="2026-03-31T23:59:59", end="2026-06-01T00:00:00", reason=reason)
        bill(subscription, month)
        assert total(organization) == (100 if counts else 0)

    def test_an_association_of_some_days_has_its_month(self, organization, subscription):
        hold(organization, subscription, start="2026-05-10", end="2026-05-12")
        for month in ("2026-04", "2026-05", "2026-06"):
            bill(subscription, month)
        assert total(organization) == 100

    def test_a_gap_between_two_associations_is_left_out_and_an_overlap_counts_once(self, organization, subscription):
        hold(organization, subscription, start="2026-01-10", end="2026-02-10")
        hold(organization, subscription, start="2026-05-10")
        hold(organization, subscription, start="2026-06-10")
        for month in ("2026-02", "2026-03", "2026-05", "2026-06", "2026-07"):
            bill(subscription, month)
        assert total(organization) == 400

    def test_a_line_without_a_subscription_goes_by_customer_and_product_and_counts_once(
        self, organization, subscription
    ):
        product, tenant = product_of(subscription), subscription.tenant
        hold(organization, subscription)
        hold(organization, subscription_of(product, tenant))
        line("2026-03", product=product, tenant=tenant)
        line("2026-03", product=product, tenant=TenantFactory(), amount="1000")
        line("2026-03", product=crm(), tenant=tenant, amount="1000")
        assert total(organization) == 100

    def test_an_association_without_a_subscription_holds_all_of_the_product_at_the_customer(
        self, organization, subscription
    ):
        product, tenant = product_of(subscription), subscription.tenant
        associate(organization, product=product, tenant=tenant)
        bill(subscription, "2026-03")
        bill(subscription_of(product), "2026-03", amount="1000")
        bill(subscription_of(crm(), tenant), "2026-03", amount="1000")
        assert total(organization) == 100

    def test_a_location_has_the_associations_of_its_claims(self, organization, subscription):
        toronto, bezons = LocationFactory.create_batch(2, organization=organization)
        hold(organization, subscription, location=toronto)
        other = subscription_of(crm())
        hold(organization, other, location=bezons)
        bill(subscription, "2026-03")
        bill(other, "2026-03", amount="7")
        assert [total(organization, location=place) for place in (toronto, bezons, None)] == [100, 7, 107]

    def test_areas_and_currencies_are_kept_apart(self, organization, subscription):
        finance = subscription_of(erp())
        hold(organization, subscription)
        hold(organization, finance)
        bill(subscription, "2026-03", amount="1")
        bill(subscription, "2026-03", amount="10", currency="EUR")
        bill(finance, "2026-03", amount="100")
        bill(finance, "2026-03", amount="1000", currency="EUR")
        found = [
            total(organization, area=area, currency=currency) for area in PerformanceArea for currency in ("USD", "EUR")
        ]
        assert found == [100, 1000, 1, 10]
        assert currencies_of(organization) == ["USD", "EUR"]
        assert currencies_of(OrganizationFactory()) == ["USD"]

    def test_staff_move_a_product_to_the_other_area_at_once(self, organization, subscription):
        hold(organization, subscription)
        bill(subscription, "2026-03")
        ProductArea.objects.update(area=PerformanceArea.ERP)
        assert total(organization, area=PerformanceArea.ERP) == 100
        assert total(organization, area=PerformanceArea.CRM) == 0


class TestTheRoll:
    def test_it_has_twelve_months_that_end_with_the_month_of_the_data(self):
        assert (ROLL.first, ROLL.last, len(set(ROLL.months))) == (date(2025, 11, 1), date(2026, 10, 1), 12)
        assert (ROLL.before.first, ROLL.before.last) == (date(2024, 11, 1), date(2025, 10, 1))
        assert roll_ending(date(2026, 1, 31)).first == date(2025, 2, 1)
        assert add_months(date(2026, 12, 1), 1) == date(2027, 1, 1)
        assert add_months(date(2026, 1, 1), -25) == date(2023, 12, 1)

    @pytest.mark.parametrize(
        ("month", "current", "prior"),
        [("2024-10", 0, 0), ("2024-11", 0, 9), ("2025-10", 0, 9), ("2025-11", 9, 0), ("2026-10", 9, 0)],
    )
    def test_its_edges_belong_to_it(self, month, current, prior, organization, subscription):
        hold(organization, subscription)
        bill(subscription, month, amount="9")
        assert (total(organization), total(organization, roll=ROLL.before)) == (current, prior)

    def test_the_newest_day_of_all_imports_ends_it(self):
        assert data_as_of() is None
        some_import(date(2026, 9, 30))
        some_import(AS_OF)
        some_import(date(2024, 1, 31))
        assert data_as_of() == AS_OF

    def test_credits_are_subtracted_and_amounts_are_exact(self, organization, subscription):
        hold(organization, subscription)
        for amount in ("0.1", "0.2", "-0.3", "99999999999.99", "0.01"):
            bill(subscription, "2026-03", amount=amount)
        assert total(organization) == Decimal("100000000000.00")

    def test_a_customer_is_added_in_the_roll_of_its_first_counted_month(self, organization, subscription):
        hold(organization, subscription, start="2025-12-01")
        bill(subscription, "2025-06")  # before the association
        bill(subscription, "2025-12")
        bill(subscription_of(product_of(subscription), subscription.tenant), "2025-12")
        assert figures(organization).customer_adds == 1
        hold(organization, subscription, start="2025-06-15")
        assert figures(organization).customer_adds == 0
        assert figures(organization, roll=ROLL.before).customer_adds == 1

    def test_net_seats_are_those_of_the_last_month_less_those_before_the_roll(self, organization, subscription):
        hold(organization, subscription)
        for month, seats in (("2024-10", 3), ("2025-10", 10), ("2025-11", 500), ("2026-10", 7), ("2026-10", -1)):
            bill(subscription, month, seats=seats)
        assert figures(organization).net_seat_adds == 6 - 10
        assert figures(organization, roll=ROLL.before).net_seat_adds == 10 - 3

    def test_a_roll_without_lines_is_all_zeros(self, organization):
        row = figures(organization)
        assert (row.amounts, row.customer_adds, row.net_seat_adds) == (Amounts(Decimal(0), Decimal(0)), 0, 0)
        assert [month.amounts.total for month in months_of(counted_lines(organization), roll=ROLL)] == [0] * 12


def expected(organization, view_area, currency, roll):
    """The figures by loops over all rows: what each association of the company holds, month by month."""
    areas = {row.product_id: row.area for row in ProductArea.objects.all()}
    held = Association.objects.filter(organization=organization).select_related("claim")
    license_sum = enhancement_sum = Decimal(0)
    first_month, seats, months = {}, defaultdict(int), defaultdict(Decimal)
    for row in RevenueLine.objects.all():
        counts = False
        for association in held:
            if association.claim.activities != [Activity.REVENUE]:
                continue
            start = (association.started_at.year, association.started_at.month)
            end = (association.ended_at.year, association.ended_at.month) if association.ended_at else (9999, 12)
            if not start <= (row.month.year, row.month.month) <= end:
                continue
            if row.subscription_id and association.subscription_id:
                counts |= row.subscription_id == association.subscription_id
            else:
                same = (row.tenant_id, row.product_id) == (association.tenant_id, association.product_id)
                counts |= same
        if not counts or areas[row.product_id] != view_area or row.currency != currency:
            continue
        first_month[row.tenant_id] = min(row.month, first_month.get(row.tenant_id, row.month))
        seats[row.month] += row.seats
        if roll.first <= row.month <= roll.last:
            license_sum += row.license_revenue
            enhancement_sum += row.enhancement_revenue
            months[row.month] += row.license_revenue + row.enhancement_revenue
    added = sum(roll.first <= month <= roll.last for month in first_month.values())
    net = seats[roll.last] - seats[add_months(roll.first, -1)]
    return (license_sum, enhancement_sum, added, net), [months[month] for month in roll.months]


@pytest.mark.parametrize("seed", range(6))
def test_all_figures_agree_with_a_plain_computation_over_all_rows(seed):
    rng = Random(seed)
    companies = OrganizationFactory.create_batch(2)
    products = [crm(), crm(), erp()]
    tenants = TenantFactory.create_batch(4)
    owned = [subscription_of(rng.choice(products), rng.choice(tenants)) for _ in range(6)]
    months = [f"{add_months(date(2024, 8, 1), number):%Y-%m}" for number in range(27)]
    for _ in range(12):
        chosen, day = rng.choice(owned), rng.choice(["01", "15", "28"])
        end = f"{rng.choice(months[12:])}-{day}" if rng.random() < 0.4 else ""
        activity = Activity.REVENUE if rng.random() < 0.8 else Activity.USAGE
        if activity == Activity.USAGE and Association.objects.filter(subscription=chosen, exclusive=True).exists():
            continue
        whole = {"subscription": None if activity == Activity.REVENUE and rng.random() < 0.2 else chosen}
        associate(
            rng.choice(companies), product=product_of(chosen), tenant=chosen.tenant, start=f"{rng.choice(months[:14])}-{day}",
            end=end, activity=activity, **whole,
        )  # fmt: skip
    for _ in range(150):
        chosen = rng.choice(owned)
        named = {"subscription": chosen} if rng.random() < 0.8 else {"tenant": chosen.tenant}
        line(
            rng.choice(months), product=product_of(chosen), **named, amount=f"{rng.randint(-50_000, 200_000) / 100:.2f}",
            enhancement=f"{rng.randint(0, 5_000) / 100:.2f}", seats=rng.randint(-5, 60), currency=rng.choice(["USD", "EUR"]),
        )  # fmt: skip
    told = 0
    for company in companies:
        for area in PerformanceArea:
            for currency in ("USD", "EUR"):
                lines = lines_of(SalesView(company, area, None, currency))
                for roll, row in zip((ROLL, ROLL.before), performance(lines, rolls=[ROLL, ROLL.before]), strict=True):
                    values = (row.amounts.license, row.amounts.enhancement, row.customer_adds, row.net_seat_adds)
                    by_month = months_of(lines, roll=roll)
                    assert (values, [each.amounts.total for each in by_month]) == expected(
                        company, area, currency, roll
                    )
                    assert total_of(by_month) == row.amounts
                    told += any(values)
    assert told > 6


@settings(max_examples=200)
@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=12, max_size=12))
def test_bars_stay_on_their_scale_and_grow_with_the_amounts(amounts):
    months = [Month(month, Amounts(amount, Decimal(0)), 0) for month, amount in zip(ROLL.months, amounts, strict=True)]
    bars = draw_bars(months)
    assert all(0 <= bar.x <= WIDTH and bar.width >= 0 and bar.x + bar.width <= WIDTH + Decimal("0.02") for bar in bars)
    largest = max(amounts, key=abs)
    assert bars[amounts.index(largest)].width == max(bar.width for bar in bars)
    assert [bar.is_credit for bar in bars] == [amount < 0 for amount in amounts]
