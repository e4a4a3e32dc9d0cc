"""docs/try-it.md says what the sample data do."""

import re
from datetime import datetime, timedelta

import pytest

from claims.eligibility import (
    ProductChoice,
    check_known_subscription,
    check_subscription,
    product_choices,
    products_needing_subscription,
    silent_subscriptions,
)
from claims.enums import ClaimStatus
from claims.models import Claim
from claims.problems import missing_programs
from customers.directory import directory
from customers.models import Product, Tenant
from demo.sample_data import special
from partners.models import Location, Membership, PartnerOrganization
from tests.demo.sample.known import BA, M365, NOW, TRY_IT, product_of

pytestmark = [pytest.mark.usefixtures("loaded", "db"), pytest.mark.long(3, together="sample data")]


# --- docs/try-it.md --------------------------------------------------------------------------------------------------
def test_the_guide_names_the_customers_and_locations() -> None:
    text = TRY_IT.read_text()
    for tenant_id in (special.TRY_TENANT, special.COMPANY_X_TENANT, special.UNKNOWN_TENANT):
        assert str(tenant_id).upper() in text
    for name in (special.TRY_DOMAIN, special.COMPANY_X_DOMAIN, special.OTHER_DOMAIN):
        assert f"`{name}`" in text
    for mpn_id in (special.ENROLLED_MPN, special.NOT_ENROLLED_MPN, special.INACTIVE_MPN):
        assert str(Location.objects.get(mpn_id=mpn_id)) in text
    for given in [*special.TRY_SUBSCRIPTIONS, special.ELSEWHERE]:
        assert str(given.commerce_id).upper() in text or given in {special.OURS, special.ONLY_ONE_CSP}


def test_the_guides_customers_are_known_or_not_as_it_says(customer: Tenant) -> None:
    lookup = directory()
    assert lookup.owns_domain(customer, special.TRY_DOMAIN)
    assert not lookup.owns_domain(customer, special.OTHER_DOMAIN)
    assert lookup.find_tenant(special.UNKNOWN_TENANT) is None


def test_the_guides_locations_are_offered_or_not_as_it_says(fabrikam: PartnerOrganization) -> None:
    ola = Membership.objects.get(user__email="ola.demmo@fabrikam.example")
    offered = set(ola.active_locations().values_list("mpn_id", flat=True))
    assert {special.ENROLLED_MPN, special.NOT_ENROLLED_MPN, 504203} <= offered
    assert special.INACTIVE_MPN not in offered
    claim = Claim(
        location=Location.objects.get(mpn_id=special.NOT_ENROLLED_MPN), solution_area=M365, activities=["usage"]
    )
    assert missing_programs(claim) == ["OSU - Microsoft 365"]
    bezons = Location.objects.get(mpn_id=504203)
    assert missing_programs(Claim(location=bezons, solution_area=BA, activities=["pre_sales"])) == []
    assert missing_programs(Claim(location=bezons, solution_area=BA, activities=["usage"])) != []


def choices(area: str, fabrikam: PartnerOrganization, customer: Tenant) -> dict[str, ProductChoice]:
    found = product_choices(organization=fabrikam, tenant=customer, solution_area=area, incentive=True)
    text = TRY_IT.read_text()
    return {choice.product.name: choice for choice in found if choice.product.name in text}


def test_the_guides_workloads_are_grayed_held_free_and_missing(fabrikam: PartnerOrganization, customer: Tenant) -> None:
    by_code = {choice.product.code: choice for choice in choices(M365, fabrikam, customer).values()}
    assert set(by_code) >= {*special.GRAYED_WORKLOADS, special.HELD_WORKLOAD, special.FREE_WORKLOAD, "MCAS"}
    for code in special.GRAYED_WORKLOADS:
        assert by_code[code].taken_by_us
        assert not by_code[code].can_choose
    assert by_code[special.HELD_WORKLOAD].claimed_by_other
    assert by_code[special.HELD_WORKLOAD].can_choose
    free = by_code[special.FREE_WORKLOAD]
    assert (free.can_choose, free.claimed_by_other) == (True, False)
    missing = by_code[special.MISSING_WORKLOAD]
    assert (missing.on_tenant, missing.can_choose) == (False, False)


def test_the_guides_products_are_grayed_silent_refused_and_asked_for(
    fabrikam: PartnerOrganization, customer: Tenant
) -> None:
    by_name = choices(BA, fabrikam, customer)

    def choice(part_number: str) -> ProductChoice:
        return by_name[product_of(part_number).name]

    def asks(part_number: str) -> bool:
        return bool(products_needing_subscription([product_of(part_number)], customer))

    assert choice(special.GRAYED).taken_by_us
    assert not choice(special.GRAYED).can_choose
    assert choice(special.SEVERAL).claimed_by_other
    assert asks(special.SEVERAL)

    attached = silent_subscriptions(Product.objects.filter(solution_area=BA), customer)
    silent = attached[product_of(special.SILENT).pk]
    assert silent.commerce_subscription_id == special.ONLY_ONE.commerce_id
    assert check_known_subscription(silent, organization=fabrikam, incentive=True, now=NOW).cause is None

    refused = attached[product_of(special.SILENT_REFUSED).pk]
    assert check_known_subscription(refused, organization=fabrikam, incentive=True, now=NOW).cause == "csp"

    for part_number in (special.UNLISTED, special.MISSING):
        assert not choice(part_number).on_tenant
        assert choice(part_number).can_choose
        assert asks(part_number)
    typed = str(special.NOT_LISTED.commerce_id)
    newer = check_subscription(
        typed, product=product_of(special.UNLISTED), tenant=customer, organization=fabrikam, incentive=True, now=NOW
    )
    assert newer.cause is None
    for given in special.TRY_SUBSCRIPTIONS:
        other = check_subscription(
            str(given.commerce_id),
            product=product_of(special.MISSING),
            tenant=customer,
            organization=fabrikam,
            incentive=True,
            now=NOW,
        )
        assert other.cause is not None


ROW = re.compile(r"^\| `([A-Z0-9-]{9,36})` \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)
CAUSES = {
    "accepted": None,
    "the subscription is another customer's": "not_on_tenant",
    "the subscription is for another product": "not_on_tenant",
    "not Dynamics (Microsoft 365 E3)": "not_dynamics",
    "bought through a CSP": "csp",
    "not activated yet": "not_activated",
    "already claimed": "already_claimed",
    "not a subscription id": "not_an_id",
    "an id that no subscription has": "not_an_id",
    "a trial": "not_purchased",
    "the 48-hour rule": "too_early",
}


def test_the_guide_has_a_subscription_for_every_cause() -> None:
    assert {why for _, why, _ in ROW.findall(TRY_IT.read_text())} == set(CAUSES)


@pytest.mark.parametrize(("typed", "why", "says"), ROW.findall(TRY_IT.read_text()))
def test_the_guides_subscriptions_are_answered_as_it_says(
    typed: str, why: str, says: str, fabrikam: PartnerOrganization, customer: Tenant
) -> None:
    checked = check_subscription(
        typed, product=product_of(special.SEVERAL), tenant=customer, organization=fabrikam, incentive=True, now=NOW
    )
    assert checked.cause == CAUSES[why]
    assert checked.detail.startswith(says.strip())


def test_the_48_hour_rule_ends_47_hours_after_loading(fabrikam: PartnerOrganization, customer: Tenant) -> None:
    def cause(now: datetime) -> str | None:
        checked = check_subscription(
            str(special.FRESH.commerce_id),
            product=product_of(special.SEVERAL),
            tenant=customer,
            organization=fabrikam,
            incentive=True,
            now=now,
        )
        return checked.cause

    assert cause(NOW + timedelta(hours=47, seconds=-1)) == "too_early"
    assert cause(NOW + timedelta(hours=47)) is None


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("M365 for CompanyX", ClaimStatus.EDITING),
        ("Dynamics for CompanyX", ClaimStatus.ACTION_REQUIRED),
        ("claim test", ClaimStatus.UNDER_REVIEW),
        ("Scenario 1", ClaimStatus.APPROVED),
        ("Scenario 2", ClaimStatus.APPROVED),
        ("Scenario 3", ClaimStatus.CONSENT_DENIED),
        ("Teams for Relecloud", ClaimStatus.UNDER_REVIEW),
        ("Woodgrove sales desk", ClaimStatus.UNDER_REVIEW),
    ],
)
def test_the_guides_claims_stand_as_it_says(name: str, status: str, fabrikam: PartnerOrganization) -> None:
    assert name in TRY_IT.read_text()
    assert set(fabrikam.claims.filter(name=name).values_list("status", flat=True)) == {status}
