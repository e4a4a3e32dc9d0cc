"""What a partner decides about a claim, whole and checked: the form in which wizard and edit hand it to the rules."""

from dataclasses import dataclass, field
from datetime import datetime

from customers.models import Product, Subscription, Tenant
from partners.models import Location


@dataclass(frozen=True, slots=True)
class Contacts:
    """The last step's answers (R101-R103, Q28)."""

    customer_name: str
    customer_email: str
    customer_title: str
    partner_name: str
    partner_email: str
    claim_name: str
    seller_name: str = ""
    isv_solution: str = ""


@dataclass(frozen=True, slots=True)
class ClaimContent:
    """Everything that a claim is made of. ``subscriptions`` maps a product's primary key to what was chosen for it."""

    solution_area: str
    activities: list[str]
    location: Location
    tenant: Tenant
    domain: str
    products: list[Product]
    contacts: Contacts
    agreed_at: datetime
    subscriptions: dict[int, list[Subscription]] = field(default_factory=dict)
