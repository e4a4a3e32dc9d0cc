"""The table of claims: every column sorts both ways, pages neither skip nor repeat a claim."""

from datetime import timedelta

import pytest

from claims.enums import ClaimStatus
from claims.listing import COLUMNS, MOST_COUNTED, PAGE_SIZE, Sort, claims_of, claims_page, count_up_to
from customers.enums import SolutionArea
from tests.factories import NOW, ClaimFactory, MembershipFactory, TenantFactory, WorkloadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership():
    return MembershipFactory()


def many(membership, number):
    """Claims that share values in every column, so that only the id tells some apart."""
    tenant = TenantFactory()
    workloads = [WorkloadFactory() for _ in range(3)]
    statuses = [ClaimStatus.EDITING, ClaimStatus.APPROVED, ClaimStatus.REJECTED]
    location = None
    claims = []
    for n in range(number):
        claim = ClaimFactory(
            organization=membership.organization,
            created_by=membership.user,
            **({"location": location} if location else {}),
            tenant=tenant,
            name=("alpha", "Beta", "äther", "gamma")[n % 4],
            customer_domain=("b.example", "A.example")[n % 2],
            solution_area=SolutionArea.MICROSOFT_365,
            status=statuses[n % 3],
            decided_at=NOW,
            created_at=NOW - timedelta(days=n % 5),
            last_activity_at=NOW - timedelta(hours=n % 7),
            products=workloads[: n % 3 + 1] if n % 3 != 1 else workloads[:0],
        )
        location = claim.location
        claims.append(claim)
    return claims


ALL_SORTS = [Sort(column, falls) for column in COLUMNS.values() for falls in (False, True)]


@pytest.mark.parametrize("sort", ALL_SORTS, ids=lambda sort: sort.code)
def test_every_column_sorts_both_ways_and_walking_the_pages_meets_every_claim_once(membership, sort):
    number = 2 * PAGE_SIZE + 3
    many(membership, number)
    own = claims_of(membership.organization)

    pages, after = [], ""
    while True:
        page = claims_page(own, sort=sort, after=after)
        pages.append(page)
        if not page.next_key:
            break
        after = page.next_key

    met = [claim for page in pages for claim in page.claims]
    assert [len(page.claims) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 3]
    assert len({claim.pk for claim in met}) == number
    values = [(claim.sort_value, claim.pk) for claim in met]
    if sort.column.code not in {"name", "domain"}:  # texts follow the database's collation
        assert values == sorted(values, reverse=sort.descending)
    else:
        runs = [value for at, (value, _) in enumerate(values) if at == 0 or values[at - 1][0] != value]
        assert len(runs) == len(set(runs)), "equal texts stand together"
    assert [page.is_first for page in pages] == [True, False, False]


@pytest.mark.parametrize("sort", ALL_SORTS, ids=lambda sort: sort.code)
def test_going_back_shows_the_same_pages(membership, sort):
    many(membership, 2 * PAGE_SIZE + 3)
    own = claims_of(membership.organization)
    first = claims_page(own, sort=sort)
    second = claims_page(own, sort=sort, after=first.next_key)
    third = claims_page(own, sort=sort, after=second.next_key)

    back = claims_page(own, sort=sort, before=third.previous_key)
    assert [claim.pk for claim in back.claims] == [claim.pk for claim in second.claims]
    assert back.next_key
    assert back.previous_key
    front = claims_page(own, sort=sort, before=back.previous_key)
    assert [claim.pk for claim in front.claims] == [claim.pk for claim in first.claims]
    assert front.is_first


@pytest.mark.parametrize(
    "key",
    ["", "_", "x_1", "2026-11-24_1", "2026-11-24T10:00:00_1", "9" * 30 + "_1", "2026-11-24T10:00:00+00:00_x", "a\0b_1"],
)
def test_a_key_that_makes_no_sense_begins_at_the_first_page(membership, key):
    many(membership, 2)
    for sort in ALL_SORTS:
        if sort.column.code in {"name", "domain", "area"} and key not in {
            "",
            "_",
            "a\0b_1",
            "2026-11-24T10:00:00+00:00_x",
        }:
            continue  # for a text this is a possible value
        page = claims_page(claims_of(membership.organization), sort=sort, after=key)
        assert len(page.claims) == 2
        assert page.is_first


def test_the_usual_order_is_the_newest_activity_first(membership):
    many(membership, 8)
    usual = claims_page(claims_of(membership.organization), sort=Sort.of("nonsense"))
    times = [claim.last_activity_at for claim in usual.claims]
    assert times == sorted(times, reverse=True)
    assert usual.sort.code == "-activity"


def test_discarded_claims_and_those_of_others_are_in_no_list(membership):
    ClaimFactory(organization=membership.organization, status=ClaimStatus.DISCARDED)
    ClaimFactory()
    own = ClaimFactory(organization=membership.organization)
    assert list(claims_of(membership.organization)) == [own]


def test_a_claim_is_counted_once_however_many_products_it_has(membership):
    ClaimFactory(organization=membership.organization, products=[WorkloadFactory() for _ in range(4)])
    (claim,) = claims_page(claims_of(membership.organization), sort=Sort.of("")).claims
    assert claim.product_count == 4
    assert count_up_to(claims_of(membership.organization)) == 1


def test_counting_stops_behind_the_limit(membership, monkeypatch):
    many(membership, 5)
    monkeypatch.setattr("claims.listing.MOST_COUNTED", 3)
    assert count_up_to(claims_of(membership.organization)) == 4
    assert MOST_COUNTED == 1000


def test_a_second_click_on_a_head_turns_the_order(membership):
    sort = Sort.of("-activity")
    assert sort.turned(COLUMNS["activity"]).code == "activity"
    assert sort.turned(COLUMNS["name"]).code == "name"
    assert sort.turned(COLUMNS["products"]).code == "-products"
