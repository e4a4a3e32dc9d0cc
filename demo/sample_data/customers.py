"""The 25 sample customers: who they are and what they bought. Every load makes the same."""

import uuid
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from demo.sample_data import special
from demo.sample_data.skus import DYNAMICS, NOT_CLAIMABLE, SMALL_DYNAMICS, SUITES

_FACTS = (
    # name, domain, country, seats in hundreds, administrators
    ("CompanyX", special.COMPANY_X_DOMAIN, "US", 60, ("office.admin@microsoft.example", "licensing@microsoft.example")),
    ("Alpine Ski House", special.TRY_DOMAIN, "AT", 4, ("it@alpineskihouse.example",)),
    ("Woodgrove Bank", special.OTHER_DOMAIN, "US", 42, ("m365-admins@woodgrovebank.example",)),
    ("Humongous Insurance", "humongousinsurance.example", "US", 55, ("tenant.admin@humongousinsurance.example",)),
    ("Lucerne Publishing", "lucernepublishing.example", "CH", 7, ("admin@lucernepublishing.example",)),
    ("Coho Winery", "cohowinery.example", "US", 3, ("it@cohowinery.example",)),
    ("Coho Vineyard", "cohovineyard.example", "NZ", 2, ()),
    ("Fourth Coffee", "fourthcoffee.example", "US", 12, ("helpdesk@fourthcoffee.example",)),
    ("Graphic Design Institute", "graphicdesigninstitute.example", "GB", 5, ("admin@graphicdesigninstitute.example",)),
    ("City Power & Light", "cpandl.example", "CA", 26, ("cloud@cpandl.example", "security@cpandl.example")),
    ("Consolidated Messenger", "consolidatedmessenger.example", "DE", 18, ("it@consolidatedmessenger.example",)),
    ("Blue Yonder Airlines", "blueyonderairlines.example", "US", 33, ("workplace@blueyonderairlines.example",)),
    ("Southridge Video", "southridgevideo.example", "AU", 4, ("admin@southridgevideo.example",)),
    ("School of Fine Art", "fineartschool.example", "FR", 6, ("dsi@fineartschool.example",)),
    ("The Phone Company", "thephone-company.example", "IE", 21, ("it@thephone-company.example",)),
    ("Wide World Importers", "wideworldimporters.example", "NL", 14, ("beheer@wideworldimporters.example",)),
    ("VanArsdel", "vanarsdelltd.example", "SE", 9, ("it@vanarsdelltd.example",)),
    ("Trey Research", "treyresearch.example", "CA", 8, ("admin@treyresearch.example",)),
    ("Margie's Travel", "margiestravel.example", "AU", 3, ("admin@margiestravel.example",)),
    ("Munson's Pickles and Preserves", "munsonspickles.example", "US", 5, ()),
    ("Lamna Healthcare", "lamnahealthcare.example", "US", 37, ("identity@lamnahealthcare.example",)),
    ("Bellows College", "bellowscollege.example", "GB", 16, ("it@bellowscollege.example",)),
    ("Relecloud", "relecloud.example", "IN", 29, ("admin@relecloud.example", "m365@relecloud.example")),
    ("Best For You Organics", "bestforyouorganics.example", "US", 6, ("admin@bestforyouorganics.example",)),
    ("Fincher Architects", "fincherarchitects.example", "DK", 2, ("it@fincherarchitects.example",)),
)
_COMPANY_X_HAS = (
    "CRMSTORAGE", "CRM_ONLINE_PORTAL", "DYN365_TEAM_MEMBERS", "D365_MARKETING_USER", "CRMPLAN2", "CRMINSTANCE",
    "DYN365_ENTERPRISE_PLAN1",
)  # fmt: skip
_CSP_PARTNER = UUID("a0e52f2d-6b3e-4a0e-9d0a-3f3f6c1f0b7c")  # the tenant of some Cloud Solution Provider


@dataclass(frozen=True, slots=True)
class Bought:
    """One subscription of a customer. ``trouble``: empty, csp, trial, suspended, not activated, fresh."""

    part_number: str
    subscription_id: UUID
    commerce_id: UUID
    days: int
    seats: int
    trouble: str = ""

    @property
    def owner_tenant(self) -> UUID | None:
        """The tenant of the Cloud Solution Provider it was bought through, else None."""
        return _CSP_PARTNER if self.trouble == "csp" else None


@dataclass(slots=True)
class Customer:
    """One customer's tenant. ``unlisted`` are SKUs that its list of SKUs does not show (yet)."""

    name: str
    domain: str
    country: str
    tenant_id: UUID
    admins: tuple[str, ...]
    bought: list[Bought] = field(default_factory=list)
    unlisted: frozenset[str] = frozenset()

    @property
    def initial_domain(self) -> str:
        """The domain that the tenant was born with."""
        return f"{self.domain.split('.')[0].replace('-', '')}.onmicrosoft.example"


def sample_customers() -> list[Customer]:
    """All customers with what they bought."""
    rng = Random("customers")
    customers = []
    for name, domain, country, hundreds, admins in _FACTS:
        customer = Customer(name, domain, country, _uuid(rng), admins)
        if domain == special.TRY_DOMAIN:
            customer.tenant_id = special.TRY_TENANT
            customer.unlisted = frozenset({special.UNLISTED})
            customer.bought = [_given(entry, rng) for entry in special.TRY_SUBSCRIPTIONS]
            customer.bought.append(_bought("ATA", rng, seats=400))
        else:
            if domain == special.COMPANY_X_DOMAIN:
                customer.tenant_id = special.COMPANY_X_TENANT
            customer.bought = _shopping(rng, hundreds * 100, everything=domain == special.COMPANY_X_DOMAIN)
        if domain == special.OTHER_DOMAIN:
            customer.bought.append(_given(special.ELSEWHERE, rng))
        customers.append(customer)
    return customers


def _shopping(rng: Random, seats: int, *, everything: bool) -> list[Bought]:
    """A suite, several Dynamics products with one to three subscriptions each, and things that cannot be claimed."""
    suite = SUITES[0] if everything else rng.choice(SUITES)
    bought = [_bought(part, rng, seats=seats) for part in suite]
    shelf = SMALL_DYNAMICS if seats <= 500 else DYNAMICS
    usual = _COMPANY_X_HAS if everything else ()
    parts = list(dict.fromkeys([*usual, *rng.sample(shelf, rng.randint(6, 7))]))
    for part in parts:
        for _ in range(rng.choices((1, 2, 3), (5, 4, 2))[0]):
            bought.append(_bought(part, rng, seats=max(5, seats // rng.randint(4, 30))))
    for part in rng.sample(NOT_CLAIMABLE, 2):
        bought.append(_bought(part, rng, seats=max(5, seats // 20)))
    for trouble, chance in (("csp", 0.4), ("trial", 0.5), ("suspended", 0.35), ("not activated", 0.2)):
        if rng.random() < chance:
            bought.append(_bought(rng.choice(parts), rng, seats=25, trouble=trouble))
    return bought


def _bought(part_number: str, rng: Random, *, seats: int, trouble: str = "") -> Bought:
    young = trouble in {"trial", "not activated"}
    days = rng.randint(5, 25) if young else rng.randint(400, 1600)
    return Bought(part_number, _uuid(rng), _uuid(rng), days, seats, trouble)


def _given(entry: special.TrySubscription, rng: Random) -> Bought:
    return Bought(
        entry.part_number, _uuid(rng), entry.commerce_id, entry.days, rng.randrange(20, 200, 5), entry.trouble
    )


def _uuid(rng: Random) -> UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)
