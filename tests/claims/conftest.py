"""A partner at the start of the wizard, and a Dynamics product on the customer's tenant."""

import pytest

from tests.claims.journey import Journey
from tests.factories import MembershipFactory, ProductFactory, put_on_tenant


@pytest.fixture
def journey(client):
    return Journey(client, MembershipFactory())


@pytest.fixture
def crm(journey):
    product = ProductFactory(name="MICROSOFT DYNAMICS CRM ONLINE BASIC")
    put_on_tenant(product, journey.tenant)
    return product
