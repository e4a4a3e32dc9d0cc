"""The sample data, loaded for the tests of a module, and how they look at it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from claims.models import Document
from customers.directory import directory
from customers.enums import SolutionArea
from customers.models import Product, Tenant
from demo.sample_data import special
from demo.sample_data.loading import load_sample_data
from partners.models import PartnerOrganization

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TRY_IT = Path(__file__).resolve().parents[2] / "docs" / "try-it.md"
BA, M365 = SolutionArea.BUSINESS_APPLICATIONS, SolutionArea.MICROSOFT_365


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The sample data, loaded once for this module and rolled back after it; the lines that the loader told."""
    lines: list[str] = []
    with django_db_blocker.unblock(), transaction.atomic():
        assert load_sample_data(now=NOW, tell=lines.append)
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


def product_of(part_number: str) -> Product:
    return Product.objects.get(skus__part_number=part_number)
