"""A person who goes through the wizard over HTTP, as a browser without JavaScript does."""

import re

from customers.enums import SolutionArea
from tests.factories import LocationFactory, TenantFactory

BA, M365 = SolutionArea.BUSINESS_APPLICATIONS, SolutionArea.MICROSOFT_365
NEW = "/incentives/customer-associations/new/"
CONTACTS = {
    "customer_name": "Joseph Jones",
    "customer_email": "joseph@customer.example",
    "customer_title": "CIO",
    "partner_name": "Ola Demmo",
    "partner_email": "ola@fabrikam.example",
    "claim_name": "Dynamics for CompanyX",
}


class Journey:
    """A person who goes through the wizard step by step."""

    def __init__(self, client, membership):
        self.client, self.membership = client, membership
        client.force_login(membership.user)
        self.location = LocationFactory(organization=membership.organization)
        self.tenant = TenantFactory()
        self.at = NEW

    def post(self, **data):
        response = self.client.post(self.at, data)
        if response.status_code == 302:
            self.at = response["Location"]
        return response

    def page(self):
        response = self.client.get(self.at)
        assert response.status_code == 200, response.headers
        return response.content.decode()

    def to_products(self, area=BA, activities=("pre_sales",)):
        self.post(solution_area=area)
        self.post(activities=list(activities))
        return self.customer()

    def customer(self, **changed):
        data = {
            "location": self.location.pk,
            "domain": self.tenant.domains.get().name,
            "tenant_id": self.tenant.tenant_id,
        }
        return self.post(**data | changed)

    def step(self):
        return self.at.rstrip("/").rsplit("/", 1)[-1]


def text_of(html):
    return (
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
        .replace("&#x27;", "'")
        .replace("&quot;", '"')
        .replace("&amp;", "&")
    )
