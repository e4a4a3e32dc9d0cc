"""SKUs that the sample customers own: real part numbers, identifiers and service plans of Microsoft's public list."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Sku:
    """One SKU with the service plans that tell what it is for (name and identifier), not all that it contains."""

    part_number: str
    sku_id: UUID
    plans: tuple[tuple[str, UUID], ...]


@cache
def _all() -> dict[str, Sku]:
    facts = json.loads(Path(__file__).with_name("skus.json").read_text(encoding="utf-8"))
    return {
        part: Sku(part, UUID(fact["id"]), tuple((name, UUID(plan)) for name, plan in fact["plans"].items()))
        for part, fact in facts.items()
    }


def sku(part_number: str) -> Sku:
    """The SKU with this part number; KeyError when the sample data has none."""
    return _all()[part_number]


# What a customer buys together: a productivity suite with what is put on top of it.
SUITES = (
    ("SPE_E5",),
    ("SPE_E5", "MCOEV"),
    ("SPE_E3", "ATP_ENTERPRISE", "ATA"),
    ("SPE_E3", "ADALLOM_STANDALONE"),
    ("ENTERPRISEPREMIUM", "EMSPREMIUM"),
    ("ENTERPRISEPACK", "EMSPREMIUM", "ATP_ENTERPRISE"),
    ("ENTERPRISEPACK", "EMS", "VISIOCLIENT"),
)
DYNAMICS = (
    "DYN365_ENTERPRISE_SALES",
    "DYN365_ENTERPRISE_CUSTOMER_SERVICE",
    "DYN365_TEAM_MEMBERS",
    "CRMSTORAGE",
    "DYN365_ENTERPRISE_PLAN1",
    "DYN365_FINANCE",
    "DYN365_SCM",
    "DYN365_ENTERPRISE_FIELD_SERVICE",
    "D365_MARKETING_USER",
    "CRM_ONLINE_PORTAL",
    "DYN365_PROJECT_OPERATIONS",
    "CRMINSTANCE",
    "DYN365_SALES_PREMIUM",
    "DYN365_CUSTOMER_INSIGHTS_BASE",
    "DYN365_RETAIL",
    "CRMPLAN2",
)
SMALL_DYNAMICS = (
    "DYN365_BUSCENTRAL_ESSENTIAL",
    "DYN365_BUSCENTRAL_PREMIUM",
    "D365_SALES_PRO",
    "DYN365_CUSTOMER_SERVICE_PRO",
    "DYN365_TEAM_MEMBERS",
    "CRM_ONLINE_PORTAL",
    "CRMSTORAGE",
)
NOT_CLAIMABLE = ("POWER_BI_PRO", "VISIOCLIENT", "PROJECTPROFESSIONAL", "FLOW_FREE", "POWER_BI_STANDARD")
