"""Steps of the wizard and dialogs of a claim ask the database as often with three rows of everything as with one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.enums import ClaimStatus
from claims.models import ClaimDraft
from tests.claims.journey import BA, M365
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    LocationFactory,
    ProductFactory,
    SubscriptionFactory,
    WorkloadFactory,
    put_on_tenant,
)

pytestmark = pytest.mark.django_db


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def fill(journey, rows):
    """So many locations, Dynamics products with two subscriptions each, and workloads on the customer's tenant."""
    for _ in range(rows - 1):
        LocationFactory(organization=journey.membership.organization)
    products = [ProductFactory() for _ in range(rows)]
    for product in products:
        put_on_tenant(product, journey.tenant)
        SubscriptionFactory.create_batch(2, tenant=journey.tenant, product=product)
    workloads = [WorkloadFactory() for _ in range(rows)]
    for workload in workloads:
        put_on_tenant(workload, journey.tenant)
    return products, workloads


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("area", "expected"),
    [
        (BA, {"solution-area": 27, "activity": 27, "customer": 31, "products": 27, "subscriptions": 27}),
        (M365, {"solution-area": 21, "activity": 21, "customer": 25, "products": 21, "contacts": 21}),
    ],
    ids=["Business Applications", "Microsoft 365"],
)
def test_steps_of_the_wizard(journey, client, rows, area, expected):
    products, workloads = fill(journey, rows)
    journey.to_products(area=area, activities=["usage"])
    journey.post(products=[each.pk for each in (products if area == BA else workloads)])
    draft = ClaimDraft.objects.get()
    found = {slug: queries(client, reverse("association-new-step", args=[draft.pk, slug])) for slug in expected}
    assert found == expected


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "status", "expected"),
    [
        ("claim-submit", ClaimStatus.EDITING, 11),
        ("claim-discard", ClaimStatus.EDITING, 5),
        ("claim-withdraw", ClaimStatus.SUBMITTED, 5),
        ("claim-dispute", ClaimStatus.REJECTED, 6),
        ("claim-disassociate", ClaimStatus.APPROVED, 5),
        ("claim-refresh", ClaimStatus.APPROVED, 5),
    ],
)
def test_dialogs_of_a_claim(client, rows, name, status, expected):
    claim = ClaimFactory(
        status=status, decided_at=NOW, submitted_at=NOW, products=[WorkloadFactory() for _ in range(rows)]
    )
    DocumentFactory.create_batch(rows, claim=claim)
    client.force_login(claim.created_by)
    assert queries(client, reverse(name, args=[claim.pk])) == expected
