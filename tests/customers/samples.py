"""Files as Microsoft writes them, small enough to read: an excerpt of the public list, and a tenant's answers."""

import csv
import io
from typing import Any

HEADING = [
    "Product_Display_Name",
    "String_Id",
    "GUID",
    "Service_Plan_Name",
    "Service_Plan_Id",
    "Service_Plans_Included_Friendly_Names",
]
PLAN_ID = "113feb6c-3fe4-4440-bddc-54d774bf0318"

SALES = "1e1a282c-9c54-43a2-9310-98ef728faace"
PLAN1 = "ea126fc5-a19e-42e2-a731-da9d437bffcf"
RELATIONSHIP_SALES = "4f05b1a3-a978-462c-b93f-781c6bee998f"
VIRAL_SALES = "6ec92958-3cc1-49db-95bd-bc6b3798df71"
E3 = "05e9a617-0261-4cee-bb44-138d3ef5d965"
G5_WITHOUT_POWER_BI = "a8a661d3-c6f4-4bd2-8e14-a0a2a8a5f5a6"
ARCHIVE = "ee02fd1b-340e-4a4b-b355-4a514e4c8943"
POWER_BI_PRO = "f8a1db68-be16-40ed-86d5-cb42ce701560"
TEAMS_TRIAL = "74fbf1bb-47c6-4796-9623-77dc7371723b"

SKUS: dict[str, tuple[str, str, str]] = {
    SALES: (
        "Dynamics 365 for Sales Enterprise Edition",
        "DYN365_ENTERPRISE_SALES",
        "DYN365_ENTERPRISE_SALES SHAREPOINTENTERPRISE SHAREPOINTWAC",
    ),
    PLAN1: ("Dynamics 365 Customer Engagement Plan", "DYN365_ENTERPRISE_PLAN1", "DYN365_ENTERPRISE_P1"),
    RELATIONSHIP_SALES: (
        "Microsoft Relationship Sales solution",
        "DYN365_ ENTERPRISE _RELATIONSHIP_SALES",
        "DYN365_ENTERPRISE_SALES",
    ),
    VIRAL_SALES: (
        "Dynamics 365 Sales Premium Viral Trial",
        "Dynamics_365_Sales_Premium_Viral_Trial",
        "DYN365_ENTERPRISE_SALES",
    ),
    E3: (
        "Microsoft 365 E3",
        "SPE_E3",
        "AAD_PREMIUM EXCHANGE_S_ENTERPRISE INTUNE_A OFFICESUBSCRIPTION RMS_S_PREMIUM SHAREPOINTENTERPRISE TEAMS1",
    ),
    G5_WITHOUT_POWER_BI: (
        "Office 365 GCC G5 without Power BI and Phone System",
        "ENTERPRISEPREMIUM_NOPBIPBX_GOV",
        "EXCHANGE_S_ENTERPRISE_GOV ATP_ENTERPRISE_GOV",
    ),
    ARCHIVE: (
        "Exchange Online Archiving for Exchange Online",
        "EXCHANGEARCHIVE_ADDON",
        "EXCHANGE_S_ARCHIVE_ADDON EXCHANGE_S_FOUNDATION",
    ),
    POWER_BI_PRO: ("Power BI Pro", "POWER_BI_PRO", "BI_AZURE_P2 EXCHANGE_S_FOUNDATION"),
    TEAMS_TRIAL: ("Microsoft Teams Trial", "MS_TEAMS_IW", "TEAMS1 EXCHANGE_S_FOUNDATION"),
}


def rows_of(skus: dict[str, tuple[str, str, str]] | None = None) -> list[list[str]]:
    """The list's rows for SKUs given as {id: (name, part number, plans)}: one row for each plan."""
    chosen = SKUS if skus is None else skus
    return [
        [name, part, sku_id, plan, PLAN_ID, plan.title()]
        for sku_id, (name, part, plans) in chosen.items()
        for plan in plans.split()
    ]


def csv_of(rows: list[list[str]], *, heading: list[str] | None = None) -> bytes:
    """The list as a file, with the byte order mark that Microsoft's has."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([heading or HEADING, *rows])
    return stream.getvalue().encode("utf-8-sig")


# The products that the claims process prints somewhere, under exactly these names.
BUSINESS_APPLICATIONS_OF_THE_WIZARD = {
    "DYNAMICS 365 CUSTOMER ENGAGEMENT PLAN ENTERPRISE EDITION",
    "DYNAMICS 365 ENTERPRISE EDITION - ADDITIONAL DATABASE STORAGE",
    "DYNAMICS 365 ENTERPRISE EDITION - ADDITIONAL PORTAL",
    "DYNAMICS 365 FOR MARKETING USL",
    "DYNAMICS 365 FOR TEAM MEMBERS",
    "DYNAMICS 365 - ADDITIONAL PRODUCTION INSTANCE",
    "MICROSOFT DYNAMICS CRM ONLINE ESSENTIAL",
    "MICROSOFT DYNAMICS CRM ONLINE BASIC",
}

TENANT_ID = "72f988bf-86f1-41af-91ab-2d7cd011db47"
CSP_TENANT = "331af819-4e0b-49f7-a6bf-14e1165ad3a0"
FIRST = "860697e3-b0aa-4196-a6c6-7ec361ed58f7"
FIRST_COMMERCE = "f9c1ea2d-2c6e-4717-8c3b-7130812d70ba"
SECOND = "43d26afe-cb98-48b9-acc4-ae3ef2ac6c51"


def subscription(**changes: Any) -> dict[str, Any]:
    """An entry of /directory/subscriptions."""
    return {
        "id": FIRST,
        "commerceSubscriptionId": FIRST_COMMERCE,
        "createdDateTime": "2026-01-01T00:00:00.0000000Z",
        "isTrial": False,
        "nextLifecycleDateTime": "2027-01-01T00:00:00Z",
        "ownerId": None,
        "ownerTenantId": None,
        "ownerType": None,
        "serviceStatus": [
            {
                "appliesTo": "User",
                "provisioningStatus": "Success",
                "servicePlanId": PLAN_ID,
                "servicePlanName": "DYN365_ENTERPRISE_SALES",
            }
        ],
        "skuId": SALES,
        "skuPartNumber": "DYN365_ENTERPRISE_SALES",
        "status": "Enabled",
        "totalLicenses": 25,
    } | changes


def subscribed_sku(**changes: Any) -> dict[str, Any]:
    """An entry of /subscribedSkus."""
    return {
        "accountId": TENANT_ID,
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": 14,
        "id": f"{TENANT_ID}_{SALES}",
        "prepaidUnits": {"enabled": 25, "lockedOut": 0, "suspended": 0, "warning": 0},
        "servicePlans": [],
        "skuId": SALES,
        "skuPartNumber": "DYN365_ENTERPRISE_SALES",
        "subscriptionIds": [FIRST],
    } | changes


def domain(name: str, **changes: Any) -> dict[str, Any]:
    """An entry of /domains."""
    return {"id": name, "isDefault": False, "isInitial": False, "isRoot": True, "isVerified": True} | changes


def tenant_file(**sections: list[dict[str, Any]]) -> dict[str, Any]:
    """A tenant's file as docs/importing.md describes it; ``sections`` replace the values of an answer."""
    organization = {"id": TENANT_ID, "displayName": "Contoso", "countryLetterCode": "US", "tenantType": "AAD"}
    values: dict[str, list[dict[str, Any]]] = {
        "organization": [organization],
        "domains": [domain("microsoft.com", isDefault=True), domain("contoso.onmicrosoft.com", isInitial=True)],
        "subscribedSkus": [subscribed_sku()],
        "subscriptions": [subscription()],
        "admins": [{"mail": "Admin@Contoso.example", "userPrincipalName": "admin@contoso.onmicrosoft.com"}],
    }
    context = "https://graph.microsoft.com/v1.0/$metadata#"
    return {key: {"@odata.context": context + key, "value": value} for key, value in (values | sections).items()}
