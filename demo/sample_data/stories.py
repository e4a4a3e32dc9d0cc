"""Claims that are told by name: those of the process description, and those that docs/try-it.md builds on."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from uuid import UUID

from claims.enums import Activity
from demo.sample_data import special
from demo.sample_data.lives import Life

PRE_SALES, USAGE, REVENUE = (Activity.PRE_SALES,), (Activity.USAGE,), (Activity.REVENUE,)
SCAN = "Scanning document Proof of Execution with CompanyX.xlsx"
NOT_SPECIFIED = "Please name the database storage in the statement of work, with the dates of both signatures."
CLEAR = "Thank you for the clear documents."


def _drafted(life: Life) -> None:
    life.then("create", 0, 0)
    life.then("attach", 0.01, 0.02, name=SCAN)
    life.then("comment", 0.001, 0.002, text="I have a comment on this claim")


def _submitted(life: Life) -> None:
    life.then("create", 0, 0)
    life.then("attach", 0.02, 0.04)
    life.then("submit", 0.01, 0.02)


def _under_review(life: Life) -> None:
    _submitted(life)
    life.then("start", 0.8, 1.2)


def _asked(life: Life) -> None:
    life.then("create", 0, 0)
    life.then("attach", 0.01, 0.02, name=SCAN)
    life.then("submit", 0.01, 0.02)
    life.then("start", 0.8, 1.2)
    life.then("ask", 0.5, 1, reasons=["product_missing"], message=NOT_SPECIFIED)


def _approved(life: Life) -> None:
    _under_review(life)
    life.then("approve", 0.8, 2, message=CLEAR)


def _missed(life: Life) -> None:
    _approved(life)
    life.then("miss", 0.01, 0.02, reason="550 5.1.1 The mailbox does not exist.")


def _denied(life: Life) -> None:
    _approved(life)
    life.then("deny", 0.4, 0.9, reasons=("unknown_partner",), comment="We do not know this company.", share=True)


def _without_proof(life: Life) -> None:
    life.then("create", 0, 0)
    life.then("submit", 0.01, 0.02)
    life.then("start", 0.8, 1.2)
    life.then("approve", 0.8, 2, message=CLEAR)


@dataclass(frozen=True, slots=True)
class Story:
    """One claim: ``parts`` are SKUs of the products, or ``codes`` workloads; ``age`` is days since the last act."""

    name: str
    partner: str
    domain: str
    age: float
    tell: Callable[[Life], None]
    activities: tuple[Activity, ...] = PRE_SALES
    parts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    subscriptions: tuple[UUID, ...] = ()
    contested: bool = False

    def live(self, rng: Random) -> Life:
        """The life of this claim."""
        life = Life(rng)
        self.tell(life)
        return life


_X, _TRY, _OTHER = special.COMPANY_X_DOMAIN, special.TRY_DOMAIN, special.OTHER_DOMAIN
_F, _N = special.FABRIKAM, special.NORTHWIND

STORIES = (
    # As in the process description
    Story("Scenario 1", _F, _X, 4.1, _approved, parts=("CRM_ONLINE_PORTAL",)),
    Story("Scenario 2", _F, _X, 4.0, _approved, USAGE, codes=("PROPLUS",)),
    Story("Scenario 3", _F, _X, 3.1, _denied, parts=("CRMPLAN2",)),
    Story("claim test", _F, _X, 1.4, _under_review, parts=("D365_MARKETING_USER", "DYN365_TEAM_MEMBERS")),
    Story("claim test", _F, _X, 1.3, _under_review, USAGE, parts=("CRMINSTANCE", "DYN365_ENTERPRISE_PLAN1")),
    Story("Dynamics for CompanyX", _F, _X, 0.4, _asked, parts=("CRMSTORAGE",)),
    Story("M365 for CompanyX", _F, _X, 0.15, _drafted, USAGE, codes=("AIP", "INTUNE")),
    Story("Threat protection for CompanyX", _F, _X, 64, _approved, USAGE, codes=("AATP", "EXO")),
    # What is grayed, held and contested at the customer to try with
    Story("Exchange for Alpine Ski House", _F, _TRY, 92, _approved, USAGE, codes=special.GRAYED_WORKLOADS),
    Story("Customer Service for Alpine Ski House", _F, _TRY, 47, _approved, parts=(special.GRAYED,)),
    Story("Alpine intranet", _N, _TRY, 101, _approved, USAGE, codes=(special.HELD_WORKLOAD,)),
    Story(
        "Alpine sales", _N, _TRY, 73, _approved, parts=(special.SEVERAL,), subscriptions=(special.HELD.commerce_id,)
    ),
    # Two partners, one subscription, nobody decided yet
    Story(
        "Woodgrove sales desk", _F, _OTHER, 0.9, _under_review,
        parts=(special.SEVERAL,), subscriptions=(special.ELSEWHERE.commerce_id,),
    ),
    Story(
        "Sales for Woodgrove Bank", _N, _OTHER, 0.7, _submitted,
        parts=(special.SEVERAL,), subscriptions=(special.ELSEWHERE.commerce_id,), contested=True,
    ),
    # A workload that the rival holds
    Story("Relecloud Teams", _N, "relecloud.example", 133, _approved, USAGE, codes=("TEAMS",)),
    Story("Teams for Relecloud", _F, "relecloud.example", 1.1, _under_review, USAGE, codes=("TEAMS",), contested=True),
    # A customer contact whose mailbox does not exist
    Story("Exchange for Relecloud", _F, "relecloud.example", 0.6, _missed, USAGE, codes=("EXO",)),
    # Revenue associations for the Sales summary, some of them older than all other claims
    Story("Finance for City Power & Light", _F, "cpandl.example", 760, _without_proof, REVENUE, ("DYN365_FINANCE",)),
    Story("Customer engagement at Lamna", _F, "lamnahealthcare.example", 700, _without_proof, REVENUE, ("CRMPLAN2",)),
    Story("Supply chain, Wide World Importers", _F, "wideworldimporters.example", 610, _without_proof, REVENUE, ("DYN365_SCM",)),
    Story("Field service Ireland", _F, "thephone-company.example", 410, _without_proof, REVENUE, ("DYN365_ENTERPRISE_FIELD_SERVICE",)),
    Story("Business Central for Margie's Travel", _F, "margiestravel.example", 280, _without_proof, REVENUE, ("DYN365_BUSCENTRAL_PREMIUM",)),
    Story("Blue Yonder sales", _F, "blueyonderairlines.example", 140, _without_proof, REVENUE, ("DYN365_SALES_PREMIUM",)),
)  # fmt: skip
