"""Identifiers that docs/try-it.md names. The customer to try with is left alone by all but a few sample claims."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

FABRIKAM = "Fabrikam Consulting"
NORTHWIND = "Northwind Partners"
BARRED_FROM = "Contoso Services"  # reviewer2 has a conflict of interest here

# MPN locations of Fabrikam
ENROLLED_MPN = 563676
NOT_ENROLLED_MPN = 611902
INACTIVE_MPN = 504777

# Customers
COMPANY_X_TENANT = UUID("72f988bf-86f1-41af-91ab-2d7cd011db47")
COMPANY_X_DOMAIN = "microsoft.com"
TRY_TENANT = UUID("bf23e6bb-dd6b-4168-9675-5e5bdb1839f4")
TRY_DOMAIN = "alpineskihouse.example"
OTHER_DOMAIN = "woodgrovebank.example"
UNKNOWN_TENANT = UUID("72eb026c-e1b3-4318-9aea-d740d1ce2204")

# Products of the customer to try with, by part number
SEVERAL = "DYN365_ENTERPRISE_SALES"
SILENT = "CRM_ONLINE_PORTAL"
SILENT_REFUSED = "D365_MARKETING_USER"
GRAYED = "DYN365_ENTERPRISE_CUSTOMER_SERVICE"
UNLISTED = "DYN365_BUSCENTRAL_PREMIUM"
MISSING = "DYN365_FINANCE"

# Workloads of the customer to try with, by code
GRAYED_WORKLOADS = ("AATP", "EXO")
HELD_WORKLOAD = "SPO"
FREE_WORKLOAD = "AIP"
MISSING_WORKLOAD = "MCAS"

FRESH_AGE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TrySubscription:
    """One subscription to type. ``trouble`` is what is wrong with it; ``days`` is its age where that matters little."""

    part_number: str
    commerce_id: UUID
    trouble: str = ""
    days: int = 400


def _subscription(part_number: str, commerce_id: str, trouble: str = "", days: int = 400) -> TrySubscription:
    return TrySubscription(part_number, UUID(commerce_id), trouble, days)


GOOD = _subscription(SEVERAL, "9E0D239F-8F0F-45C2-AE32-E64C0512CC27", days=610)
GOOD_TOO = _subscription(SEVERAL, "71EE04D9-801E-4C88-B45E-809E732BFC5D", days=220)
FRESH = _subscription(SEVERAL, "C87F33C6-540F-4B4F-9E39-8E9AFC2F5343", "fresh")
CSP = _subscription(SEVERAL, "3BAF25C1-8CF1-496F-A2D9-B25C3F806680", "csp", days=150)
NOT_ACTIVATED = _subscription(SEVERAL, "896ED41A-8837-4A10-A2C3-38585E07E942", "not activated", days=12)
TRIAL = _subscription(SEVERAL, "04EC8890-5F11-4845-946F-18F3270E13EC", "trial", days=9)
HELD = _subscription(SEVERAL, "A7DE8B7F-93B3-460B-98EA-8B77CB33FE60", days=480)
NOT_DYNAMICS = _subscription("SPE_E3", "7BF60736-0D4F-4CB2-9F48-F5D15E254D14", days=900)
ONLY_ONE = _subscription(SILENT, "7C5CF398-853C-488E-B52F-E719F0063B5D", days=300)
ONLY_ONE_CSP = _subscription(SILENT_REFUSED, "6A973393-DD73-4842-BC01-5358DAC0CD13", "csp", days=260)
OURS = _subscription(GRAYED, "07358218-0280-4866-B8EB-52F809CA592A", days=700)
NOT_LISTED = _subscription(UNLISTED, "5F92A140-A65E-4A5F-AC12-8C06B3FDA430", days=6)

TRY_SUBSCRIPTIONS = (
    GOOD, GOOD_TOO, FRESH, CSP, NOT_ACTIVATED, TRIAL, HELD, NOT_DYNAMICS, ONLY_ONE, ONLY_ONE_CSP, OURS,
    NOT_LISTED,
)  # fmt: skip
ELSEWHERE = _subscription(SEVERAL, "54FAE6B5-EBC1-41DA-8EB6-F996EB8519EE", days=520)  # a subscription of OTHER_DOMAIN
UNKNOWN_SUBSCRIPTION = UUID("83FE821A-C8CA-4967-8F5E-5198A0C9E141")
NO_ID = "SUB-2020-0042"
