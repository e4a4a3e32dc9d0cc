"""The sample data, loaded once for the tests of this folder."""

from collections.abc import Iterator

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from claims.models import Document
from customers.directory import directory
from customers.models import Tenant
from demo.management.commands.load_demo import prepared_statements
from demo.sample_data import special
from demo.sample_data.loading import load_sample_data
from partners.models import PartnerOrganization
from tests.demo.sample.known import LOADED, NOW


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The sample data, loaded once for this folder and rolled back after it; the lines that the loader told."""
    lines: list[str] = []
    with django_db_blocker.unblock(), prepared_statements(), transaction.atomic():
        assert load_sample_data(now=NOW, tell=lines.append, most=LOADED)
        stored = list(Document.objects.values_list("file", flat=True))
        yield lines
        transaction.set_rollback(True)
    for name in stored:
        default_storage.delete(name)


@pytest.fixture
def fabrikam() -> PartnerOrganization:
    return PartnerOrganization.objects.get(name=special.FABRIKAM)


@pytest.fixture
def customer() -> Tenant:
    found = directory().find_tenant(special.TRY_TENANT)
    assert found is not None
    return found
