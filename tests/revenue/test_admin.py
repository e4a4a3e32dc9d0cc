"""What staff see of revenue in the admin, and the one thing they may change."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from revenue.models import ProductArea, RevenueLine
from tests.factories import ReviewerFactory, StaffFactory
from tests.revenue.samples import crm, line, subscription_of

pytestmark = pytest.mark.django_db
MODELS = ["revenueimport", "revenueline", "productarea"]


def url(model, page, *args):
    return reverse(f"admin:revenue_{model}_{page}", args=args)


@pytest.fixture
def kept():
    subscription = subscription_of(crm("DYNAMICS 365 FOR SALES"))
    row = line("2026-09", product=ProductArea.objects.get().product, subscription=subscription)
    return {"revenueimport": row.batch, "revenueline": row, "productarea": ProductArea.objects.get()}


@pytest.fixture
def staff(client):
    client.force_login(ReviewerFactory(is_superuser=True))
    return client


@pytest.mark.parametrize("model", MODELS)
def test_staff_without_the_permission_see_nothing_and_with_it_they_look(model, client, kept):
    person = StaffFactory()
    client.force_login(person)
    assert client.get(url(model, "changelist")).status_code == 403
    person.user_permissions.add(Permission.objects.get(codename=f"view_{model}"))
    assert client.get(url(model, "changelist")).status_code == 200
    assert client.get(url(model, "change", kept[model].pk)).status_code == 200
    assert client.post(url(model, "change", kept[model].pk), {"area": "erp"}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_added_or_deleted_by_hand(model, staff, kept):
    assert staff.get(url(model, "add")).status_code == 403
    assert staff.post(url(model, "delete", kept[model].pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", ["revenueimport", "revenueline"])
def test_imports_and_lines_are_only_read(model, staff, kept):
    assert staff.post(url(model, "change", kept[model].pk), {"seats": "9"}).status_code == 403
    assert RevenueLine.objects.get().seats == 0


def test_a_line_is_found_by_its_key_and_its_customer(staff, kept):
    row = kept["revenueline"]
    for words, found in ((row.invoice_line, True), (row.tenant.display_name, True), ("L0", False)):
        page = staff.get(url("revenueline", "changelist"), {"q": words}).content.decode()
        assert (f">{row.invoice_line}</a>" in page) == found


def test_staff_correct_the_area_of_a_product(staff, kept):
    staff.post(url("productarea", "change", kept["productarea"].pk), {"area": "erp"})
    assert ProductArea.objects.get().area == "erp"
    staff.post(url("productarea", "change", kept["productarea"].pk), {"area": "nonsense"})
    assert ProductArea.objects.get().area == "erp"


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("model", "queries"), [("revenueimport", 7), ("revenueline", 8), ("productarea", 6)])
def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    model, queries, rows, staff, kept, django_assert_num_queries
):
    for _ in range(rows - 1):
        product = crm()
        line("2026-08", product=product, subscription=subscription_of(product))
    staff.get(url(model, "changelist"))
    with django_assert_num_queries(queries):
        staff.get(url(model, "changelist"))
