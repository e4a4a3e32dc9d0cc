"""What the portal knows about Microsoft's list: what is Dynamics, what is claimable, under which name.

The list is Microsoft's "Product names and service plan identifiers for licensing". Names in it change over
the years, and a SKU may be printed under another name than the claims screens use; the tables below say
where.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from customers.enums import SolutionArea


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A product, known by its name, or a workload, known by its code, as the catalogue shall have it."""

    solution_area: str
    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class ListedSku:
    """A SKU as the catalogue shall have it. ``sku_id`` is the text of a UUID, empty where none is known."""

    sku_id: str
    part_number: str
    name: str
    is_dynamics: bool
    claimable: bool
    products: tuple[ListedProduct, ...]


@dataclass(frozen=True, slots=True)
class Workload:
    """A Microsoft 365 workload: its code, its printed name, and the service plans that carry it."""

    code: str
    name: str
    plans: frozenset[str]

    @property
    def product(self) -> ListedProduct:
        """The workload as a row of the catalogue."""
        return ListedProduct(SolutionArea.MICROSOFT_365, self.name, self.code)


def _workload(code: str, name: str, plans: str) -> Workload:
    return Workload(code, name, frozenset(plans.split(",")))


# Left out on purpose: Exchange Foundation and archiving, which hold no mailbox; Mobile Device Management for
# Office 365, which is not Intune; Azure Rights Management without the premium plan; the discovery-only and
# Office-only editions of Cloud App Security; OneDrive, web apps and storage, which come without SharePoint
# sites; add-ons to a workload.
WORKLOADS = (
    _workload("AADP", "AZURE ACTIVE DIRECTORY PREMIUM (AADP)", "AAD_PREMIUM,AAD_PREMIUM_P2"),
    _workload("AATP", "AZURE ADVANCED THREAT PROTECTION (AATP)", "ATA"),
    _workload(
        "AIP",
        "AZURE INFORMATION PROTECTION (AIP)",
        "RMS_S_PREMIUM,RMS_S_PREMIUM_GOV,RMS_S_PREMIUM2,RMS_S_PREMIUM2_GOV",
    ),
    _workload(
        "EXO",
        "EXCHANGE ONLINE",
        "EXCHANGE_S_STANDARD,EXCHANGE_S_STANDARD_GOV,EXCHANGE_S_STANDARD_MIDMARKET,EXCHANGE_S_ENTERPRISE,"
        "EXCHANGE_S_ENTERPRISE_GOV,EXCHANGE_S_DESKLESS,EXCHANGE_S_DESKLESS_GOV,EXCHANGE_S_ESSENTIALS,"
        "EXCHANGE_L_STANDARD,EXCHANGE_B_STANDARD",
    ),
    _workload("INTUNE", "INTUNE", "INTUNE_A,INTUNE_A_GOV,INTUNE_A_VL,INTUNE_EDU,INTUNE_SMBIZ"),
    _workload("MCAS", "MICROSOFT CLOUD APP SECURITY (MCAS)", "ADALLOM_S_STANDALONE,ADALLOM_S_STANDALONE_DOD"),
    _workload(
        "OATP",
        "OFFICE 365 ADVANCED THREAT PROTECTION (OATP)",
        "ATP_ENTERPRISE,ATP_ENTERPRISE_GOV,THREAT_INTELLIGENCE,THREAT_INTELLIGENCE_GOV",
    ),
    _workload(
        "PROPLUS",
        "OFFICE 365 PROPLUS",
        "OFFICESUBSCRIPTION,OFFICESUBSCRIPTION_GOV,OFFICESUBSCRIPTION_UNATTENDED,"
        "OFFICESUBSCRIPTION_UNATTENDED_GOV,OFFICE_PROPLUS_DEVICE",
    ),
    _workload(
        "SPO",
        "SHAREPOINT ONLINE",
        "SHAREPOINTSTANDARD,SHAREPOINTSTANDARD_EDU,SHAREPOINT PLAN 1G,SHAREPOINTENTERPRISE,"
        "SHAREPOINTENTERPRISE_EDU,SHAREPOINTENTERPRISE_GOV,SHAREPOINTENTERPRISE_MIDMARKET,"
        "SHAREPOINTDESKLESS,SHAREPOINTDESKLESS_GOV,SHAREPOINTLITE",
    ),
    _workload("TEAMS", "MICROSOFT TEAMS", "TEAMS1,TEAMS_GOV,TEAMS_AR_DOD,TEAMS_AR_GCCHIGH,TEAMSESS"),
)
WORKLOAD_BY_CODE = {workload.code: workload for workload in WORKLOADS}

# The claims screens print these SKUs under another name than Microsoft's list of today does.
PRINTED_NAMES = {
    "CRMINSTANCE": "DYNAMICS 365 - ADDITIONAL PRODUCTION INSTANCE",
    "CRMSTORAGE": "DYNAMICS 365 ENTERPRISE EDITION - ADDITIONAL DATABASE STORAGE",
    "CRM_ONLINE_PORTAL": "DYNAMICS 365 ENTERPRISE EDITION - ADDITIONAL PORTAL",
    "DYN365_ENTERPRISE_PLAN1": "DYNAMICS 365 CUSTOMER ENGAGEMENT PLAN ENTERPRISE EDITION",
    "DYN365_TEAM_MEMBERS": "DYNAMICS 365 FOR TEAM MEMBERS",
}

# Sold once and still owned, but gone from the list, which published its identifier nowhere else: part number
# and name.
WITHOUT_IDENTIFIER = (("CRMPLAN1", "Microsoft Dynamics CRM Online Essential"),)  # unread

_DYNAMICS_PART = re.compile(r"CRM|D365|DYN365|DYNAMICS_?365")
_POWER_BI_PART = re.compile(r"POWER_?BI|PBI_")
# "TRIA" is how the list once misspells it; "vTrial" and "viral" are what a user signs up for alone.
_NOT_SOLD = re.compile(
    r"\b(V?TRIAL?|VIRAL|FREE|PREVIEW|PRIVPREV|DEVELOPER|DEVELOPERPACK|EXPLORATORY|ADHOC|TEST"
    r"|PARTNER SANDBOX)\b"
)


def printed_name(name: str, part_number: str) -> str:
    """The name under which the screens print a Dynamics SKU: upper case, plain hyphens (R081, R082)."""
    return PRINTED_NAMES.get(part_number.upper(), name.upper().replace("–", "-"))


def is_dynamics(name: str, part_number: str) -> bool:
    """Whether a SKU is Dynamics 365 or Dynamics CRM itself, by name or part number.

    A Microsoft 365 or Power Platform bundle that merely contains a Dynamics service plan is not. Neither is
    Power BI.
    """
    if is_power_bi(name, part_number):
        return False
    return "DYNAMICS" in name.upper() or _DYNAMICS_PART.match(part_number.upper()) is not None


def is_power_bi(name: str, part_number: str) -> bool:
    """Whether a SKU is Power BI, which stays with the older programme (R002).

    A suite «without Power BI» is not, though it has the words in its name.
    """
    return name.upper().startswith("POWER BI") or _POWER_BI_PART.match(part_number.upper()) is not None


def is_sold(name: str, part_number: str) -> bool:
    """Whether it is sold: no trial, free, viral, preview, developer, test or sandbox offer (R093)."""
    return _NOT_SOLD.search(f"{name} {part_number}".upper().replace("_", " ")) is None


def derive_sku(sku_id: str, *, part_number: str, name: str, plans: Collection[str]) -> ListedSku:
    """What the catalogue keeps of one SKU of the list. ``plans`` are the names of its service plans.

    A claimable Dynamics SKU stands for exactly one product and feeds no workload, whatever plans it contains;
    any other claimable SKU stands for the workloads whose plans it carries.
    """
    dynamics = is_dynamics(name, part_number)
    claimable = is_sold(name, part_number) and not is_power_bi(name, part_number)
    products: tuple[ListedProduct, ...] = ()
    if claimable and dynamics:
        printed = printed_name(name, part_number)
        products = (ListedProduct(SolutionArea.BUSINESS_APPLICATIONS, printed),)
    elif claimable:
        carried = {plan.upper() for plan in plans}
        products = tuple(workload.product for workload in WORKLOADS if workload.plans & carried)
    return ListedSku(sku_id, part_number, name, dynamics, claimable, products)
