"""What pages of the admin's tables ask of the database: as much for three rows as for one, and never a full count."""

import uuid

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Subscription, Tenant, TenantDomain, TenantSku
from kit.admin_bases import ReadOnly
from kit.admin_paging import MOST_COUNTED
from partners.models import Enrollment, Location, PartnerOrganization, ProgramCode
from tests.consistency.test_admin import rows_of_all_kinds
from tests.factories import (
    CatalogueManagerFactory,
    EnrollmentFactory,
    LeadFactory,
    LocationFactory,
    OrganizationFactory,
    ReviewerFactory,
    StaffFactory,
    SubscriptionFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

# For each page with rows of other tables: one row of its own, and the next row of each of the others.
OWN = {Tenant: TenantFactory, PartnerOrganization: OrganizationFactory, Location: LocationFactory}
OTHERS = {
    TenantDomain: lambda tenant, number: TenantDomain.objects.create(
        tenant=tenant, name=f"d{number}.{tenant.pk}.example"
    ),
    TenantSku: lambda tenant, number: TenantSku.objects.create(
        tenant=tenant, sku_id=uuid.uuid4(), part_number=f"SKU_{number}", capability_status="Enabled"
    ),
    Subscription: lambda tenant, number: SubscriptionFactory(tenant=tenant, owner_tenant_id=uuid.uuid4()),
    Location: lambda organization, number: LocationFactory(organization=organization),
    Enrollment: lambda location, number: EnrollmentFactory(location=location, program=ProgramCode.values[number]),
}


def asked_for(client, address, **query):
    """The answer and how many queries it took."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address, query)
    assert answer.status_code == 200, address
    return answer, asked.captured_queries


def address_of(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_a_list_asks_as_much_for_three_rows_as_for_one(client):
    for number in (1, 2, 3):
        rows_of_all_kinds(number)
    client.force_login(StaffFactory(is_superuser=True))
    for model in admin.site._registry:
        keys = [str(key) for key in model._default_manager.order_by("pk").values_list("pk", flat=True)[:3]]
        assert len(keys) == 3, f"rows_of_all_kinds makes too few rows of {model._meta.label}"
        address, counts = address_of(model, "changelist"), []
        for some in (keys[:1], keys):
            answer, queries = asked_for(client, address, **{f"{model._meta.pk.name}__in": ",".join(some)})
            assert len(answer.context["cl"].result_list) == len(some), address
            counts.append(len(queries))
        assert counts[0] == counts[1], f"{address}: {counts} queries"


@pytest.mark.parametrize("person", [StaffFactory, CatalogueManagerFactory, LeadFactory, ReviewerFactory])
def test_a_page_with_rows_of_another_table_asks_as_much_for_three_of_them_as_for_one(client, person):
    user = person(is_superuser=person is StaffFactory)
    client.force_login(user)
    request = RequestFactory().get("/admin/")
    request.user = user
    tried = set()
    for model, page in admin.site._registry.items():
        for inline in page.get_inline_instances(request):
            other, row = inline.model, OWN[model]()
            client.get(address_of(model, "change", row.pk))  # what is asked once and then remembered
            kept = other._default_manager.filter(**{inline.fk_name or other_field(other, model): row})
            counts = []
            for most in (1, 3):
                for number in range(kept.count(), most):
                    OTHERS[other](row, number)
                assert kept.count() == most
                counts.append(len(asked_for(client, address_of(model, "change", row.pk))[1]))
            assert counts[0] == counts[1], f"{other._meta.label} on the page of {model._meta.label}: {counts} queries"
            tried.add(other)
    assert tried == set(OTHERS)


def other_field(other, model):
    """The name of the field by which rows of one table belong to a row of the other."""
    return next(field.name for field in other._meta.fields if field.related_model is model)


def test_no_long_list_is_counted_to_its_end_filtered_or_not(client):
    rows_of_all_kinds()
    client.force_login(StaffFactory(is_superuser=True))
    long = [model for model, page in admin.site._registry.items() if isinstance(page, ReadOnly)]
    assert len(long) > 4
    for model in long:
        for query in ({}, {f"{model._meta.pk.name}__gt": "0"}):
            _, queries = asked_for(client, address_of(model, "changelist"), **query)
            counts = [
                each["sql"]
                for each in queries
                if each["sql"].startswith("SELECT COUNT(") and model._meta.db_table in each["sql"]
            ]
            assert counts, model
            assert all(f"LIMIT {MOST_COUNTED}" in sql for sql in counts), (model, counts)
