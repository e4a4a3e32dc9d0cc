"""A customer, two workloads, reviewers, and a holder with its rival in one case."""

import pytest

from tests.factories import ReviewerFactory, TenantFactory, WorkloadFactory
from tests.review.arbitration.rivals import holding, running, under_review


@pytest.fixture
def tenant():
    return TenantFactory(display_name="Contoso")


@pytest.fixture
def intune():
    return WorkloadFactory(name="INTUNE", code="INTUNE")


@pytest.fixture
def reviewer():
    return ReviewerFactory(full_name="Robin Reviewer")


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def contest(tenant, intune):
    """A holder and a rival, in one case."""
    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    return case, holder, rival


@pytest.fixture
def exchange():
    return WorkloadFactory(name="EXCHANGE ONLINE", code="EXO")


@pytest.fixture
def second():
    return ReviewerFactory(full_name="Sam Second")
