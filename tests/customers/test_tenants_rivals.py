"""Two imports at the same moment."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from customers.catalogue import import_catalogue
from customers.models import CatalogueSku, Tenant
from customers.tenants import import_tenant
from tests.customers.samples import SKUS, csv_of, rows_of, tenant_file
from tests.factories import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def at_once(function: Callable[[], Any], *, times: int = 6) -> list[Any]:
    """Call the function in as many threads at the same moment."""
    gate = Barrier(times)

    def call(_: int) -> Any:
        try:
            gate.wait()
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(call, range(times)))


def test_imports_of_the_list_wait_for_one_another():
    content = csv_of(rows_of())
    reports = at_once(lambda: import_catalogue(io.BytesIO(content), now=NOW))
    assert sorted(len(report.added) for report in reports) == [0, 0, 0, 0, 0, 24]
    assert CatalogueSku.objects.count() == len(SKUS) + 1


def test_of_several_imports_of_a_new_tenant_the_first_adds_it_and_the_others_change_nothing():
    reports = at_once(lambda: import_tenant(tenant_file(), now=NOW))
    assert sorted(len(report.added) for report in reports) == [0, 0, 0, 0, 0, 5]
    assert not any(report.changed or report.gone for report in reports)
    tenant = Tenant.objects.get()
    assert (tenant.domains.count(), tenant.skus.count(), tenant.subscriptions.count()) == (2, 1, 1)
