"""The filters of the table: each leaves just the claims it names, and only the own ones."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from claims.enums import Activity, ClaimStatus
from claims.filters import ClaimFilter
from claims.listing import Sort
from customers.enums import SolutionArea
from tests.factories import NOW, ClaimFactory, MembershipFactory, ProductFactory, WorkloadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership():
    return MembershipFactory()


@pytest.fixture
def mine(membership):
    def make(**fields):
        return ClaimFactory(organization=membership.organization, **fields)

    return make


def found(membership, query):
    claim_filter = ClaimFilter(QueryDict(query), organization=membership.organization, user=membership.user)
    return set(claim_filter.claims), claim_filter


def test_search_finds_by_name_id_domain_and_tenant_id_in_parts_and_any_case(membership, mine):
    wanted, other = mine(name="Dynamics for CompanyX"), mine(name="Something else")
    tenant_id = str(wanted.tenant.tenant_id)
    for text in (
        "companyx", "for Comp", str(wanted.pk), f"ID: {wanted.pk}", wanted.customer_domain.upper(), tenant_id,
        tenant_id.upper(), tenant_id.replace("-", ""), tenant_id[:13],
    ):  # fmt: skip
        claims, _ = found(membership, f"q={text}".replace(" ", "+"))
        assert claims == {wanted}, text
    assert found(membership, "q=" + str(wanted.pk)[:3])[0] == {wanted, other}


@pytest.mark.parametrize("text", ["%", "_", "\\", "'; DROP TABLE claims_claim; --", "<script>", "9" * 40, "٣"])
def test_a_search_takes_every_sign_literally(membership, mine, text):
    mine(name="Plain")
    query = QueryDict(mutable=True)
    query["q"] = text
    assert found(membership, query.urlencode())[0] == set()


def test_search_never_finds_claims_of_others(membership, mine):
    foreign = ClaimFactory(name="Secret of a rival")
    for text in ("Secret", str(foreign.pk), foreign.customer_domain, str(foreign.tenant.tenant_id)):
        assert found(membership, f"q={text}")[0] == set()


def test_status_takes_several(membership, mine):
    editing, approved, rejected = (
        mine(status=status, decided_at=NOW)
        for status in (ClaimStatus.EDITING, ClaimStatus.APPROVED, ClaimStatus.REJECTED)
    )
    assert found(membership, "status=approved")[0] == {approved}
    assert found(membership, "status=approved&status=rejected")[0] == {approved, rejected}
    assert found(membership, "")[0] == {editing, approved, rejected}


def test_needs_my_action_is_what_waits_for_the_partner(membership, mine):
    editing = mine()
    asked = mine(status=ClaimStatus.ACTION_REQUIRED, action_due_at=NOW)
    mine(status=ClaimStatus.SUBMITTED)
    mine(status=ClaimStatus.DISCARDED)
    assert found(membership, "needs_action=1")[0] == {editing, asked}
    assert found(membership, "needs_action=on")[0] == {editing, asked}


def test_created_by_me_leaves_those_of_colleagues_out(membership, mine):
    own = mine(created_by=membership.user)
    mine()
    assert found(membership, "mine=1")[0] == {own}


def test_area_activity_location_and_product(membership, mine):
    workload, product = WorkloadFactory(), ProductFactory()
    m365 = mine(products=[workload, WorkloadFactory()])
    both = mine(
        solution_area=SolutionArea.BUSINESS_APPLICATIONS,
        activities=[Activity.PRE_SALES, Activity.USAGE],
        products=[product],
    )
    revenue = mine(solution_area=SolutionArea.BUSINESS_APPLICATIONS, activities=[Activity.REVENUE], products=[product])
    assert found(membership, "area=microsoft_365")[0] == {m365}
    assert found(membership, "activity=usage")[0] == {m365, both}
    assert found(membership, "activity=pre_sales")[0] == {both}
    assert found(membership, "activity=revenue_association")[0] == {revenue}
    assert found(membership, f"location={both.location_id}")[0] == {both}
    assert found(membership, f"product={product.pk}")[0] == {both, revenue}
    assert found(membership, f"product={workload.pk}&area=business_applications")[0] == set()


def test_customer_by_domain_or_tenant_id(membership, mine):
    claim = mine()
    mine()
    assert found(membership, f"customer={claim.customer_domain}")[0] == {claim}
    assert found(membership, f"customer={claim.tenant.tenant_id}")[0] == {claim}


def test_days_count_whole_including_the_last_one(membership, mine):
    first = NOW.replace(hour=0, minute=0)
    early = mine(created_at=first, last_activity_at=first)
    late = mine(
        created_at=first + timedelta(days=1, microseconds=-1),
        last_activity_at=first + timedelta(days=1, microseconds=-1),
    )
    before = mine(created_at=first - timedelta(microseconds=1), last_activity_at=first - timedelta(microseconds=1))
    after = mine(created_at=first + timedelta(days=1), last_activity_at=first + timedelta(days=1))
    day = f"{first:%Y-%m-%d}"
    for field in ("created", "active"):
        assert found(membership, f"{field}_from={day}&{field}_to={day}")[0] == {early, late}
        assert found(membership, f"{field}_from={day}")[0] == {early, late, after}
        assert found(membership, f"{field}_to={day}")[0] == {early, late, before}


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("status=nonsense", "status", "Choose one of the list; this one does not exist."),
        ("status=discarded", "status", "Choose one of the list; this one does not exist."),
        ("area=nonsense", "area", "Choose one of the list; this one does not exist."),
        ("activity=nonsense", "activity", "Choose one of the list; this one does not exist."),
        ("location=999999", "location", "Choose one of the list; this one does not exist."),
        ("location=x", "location", "Choose one of the list; this one does not exist."),
        ("product=99999999999999999999999", "product", "Choose one of the list; this one does not exist."),
        ("created_from=yesterday", "created_from", "Enter a date such as 2026-11-24."),
        ("created_from=0000-00-00", "created_from", "Enter a date such as 2026-11-24."),
        ("created_from=2026-11-24&created_to=2026-11-23", "created_to", "This day lies before the first one."),
        ("active_from=2026-11-24&active_to=2026-11-23", "active_to", "This day lies before the first one."),
        ("q=" + "x" * 201, "q", "Ensure this value has at most 200 characters (it has 201)."),
        ("q=a%00b", "q", "Null characters are not allowed."),
    ],
)
def test_a_wrong_filter_is_told_at_its_field_and_filters_nothing(membership, mine, query, field, sentence):
    claim = mine()
    claims, claim_filter = found(membership, query)
    assert claim_filter.form.errors == {field: [sentence]}
    assert claim in claims or "created_from=2026" in query or "active_from=2026" in query
    assert field not in claim_filter.query()


def test_locations_and_products_of_others_are_no_choice(membership, mine):
    mine()
    foreign = ClaimFactory()
    _, claim_filter = found(membership, "")
    fields = claim_filter.form.fields
    assert foreign.location not in fields["location"].queryset
    assert foreign.lines.get().product not in fields["product"].queryset
    assert foreign.customer_domain not in claim_filter.known_domains()
    assert found(membership, f"location={foreign.location_id}")[1].form.errors
    assert found(membership, f"product={foreign.lines.get().product_id}")[1].form.errors


def test_the_address_holds_only_what_is_set_and_right(membership, mine):
    claim = mine()
    _, claim_filter = found(
        membership,
        f"q=&needs_action=on&status=approved&status=editing&area=&location={claim.location_id}&created_to=x&evil=1",
    )
    query = claim_filter.query(sort=Sort.of("name"))
    assert query.urlencode() == f"needs_action=1&status=approved&status=editing&location={claim.location_id}&sort=name"
    again = found(membership, query.urlencode())[1]
    assert again.query(sort=Sort.of("name")) == query
    assert claim_filter.query(sort=Sort.of("-activity")).get("sort") is None


def test_chips_say_each_filter_and_leave_the_others(membership, mine):
    claim = mine()
    product = claim.lines.get().product
    _, claim_filter = found(
        membership,
        f"q=x&mine=1&status=approved&status=editing&area=microsoft_365&product={product.pk}&created_to=2026-11-24",
    )
    chips = {chip["label"]: chip["rest"] for chip in claim_filter.chips()}
    assert list(chips) == [
        "Search claims: x", "Created by me", "Status: Approved", "Status: Editing", "Solution area: Microsoft 365",
        f"Product or workload: {product.label}", "Created to: November 24, 2026",
    ]  # fmt: skip
    assert "status=editing" in chips["Status: Approved"]
    assert "status=approved" not in chips["Status: Approved"]
    assert "mine" not in chips["Created by me"]
    assert "q=x" in chips["Created by me"]
