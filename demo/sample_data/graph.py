"""A sample customer as Microsoft Graph v1.0 would answer about it."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from demo.sample_data.customers import Bought, Customer
from demo.sample_data.skus import sku
from demo.sample_data.special import FRESH_AGE

Json = dict[str, Any]


def graph_answers(customer: Customer, *, now: datetime) -> Json:
    """What /organization, /domains, /subscribedSkus and /directory/subscriptions answer, and the administrators."""
    return {
        "organization": {"value": [_organization(customer)]},
        "domains": {"value": [_domain(customer, name) for name in (customer.domain, customer.initial_domain)]},
        "subscribedSkus": {"value": _subscribed_skus(customer)},
        "subscriptions": {"value": [_subscription(bought, now=now) for bought in customer.bought]},
        "admins": {"value": [_admin(address) for address in customer.admins]},
    }


def _organization(customer: Customer) -> Json:
    return {
        "id": str(customer.tenant_id),
        "displayName": customer.name,
        "countryLetterCode": customer.country,
        "tenantType": "AAD",
        "technicalNotificationMails": list(customer.admins),
        "verifiedDomains": [
            {
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": name == customer.domain,
                "isInitial": name == customer.initial_domain,
                "name": name,
                "type": "Managed",
            }
            for name in (customer.domain, customer.initial_domain)
        ],
    }


def _domain(customer: Customer, name: str) -> Json:
    return {
        "id": name,
        "authenticationType": "Managed",
        "isAdminManaged": True,
        "isDefault": name == customer.domain,
        "isInitial": name == customer.initial_domain,
        "isRoot": True,
        "isVerified": True,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
    }


def _admin(address: str) -> Json:
    return {
        "@odata.type": "#microsoft.graph.user",
        "displayName": "Administrator",
        "mail": address,
        "userPrincipalName": address,
    }


def _subscribed_skus(customer: Customer) -> list[Json]:
    """One entry per SKU. Trials are listed by Graph too; a SKU whose every subscription is suspended is Suspended."""
    by_part: dict[str, list[Bought]] = defaultdict(list)
    for bought in customer.bought:
        if bought.part_number not in customer.unlisted:
            by_part[bought.part_number].append(bought)
    return [_subscribed_sku(customer, part, entries) for part, entries in by_part.items()]


def _subscribed_sku(customer: Customer, part_number: str, entries: list[Bought]) -> Json:
    found = sku(part_number)
    enabled = sum(bought.seats for bought in entries if bought.trouble != "suspended")
    suspended = sum(bought.seats for bought in entries) - enabled
    return {
        "id": f"{customer.tenant_id}_{found.sku_id}",
        "accountId": str(customer.tenant_id),
        "accountName": customer.domain.split(".")[0],
        "appliesTo": "User",
        "capabilityStatus": "Enabled" if enabled else "Suspended",
        "consumedUnits": enabled * 4 // 5,
        "prepaidUnits": {"enabled": enabled, "suspended": suspended, "warning": 0, "lockedOut": 0},
        "servicePlans": _plans(part_number, "Success"),
        "skuId": str(found.sku_id),
        "skuPartNumber": part_number,
        "subscriptionIds": [str(bought.subscription_id) for bought in entries],
    }


def _subscription(bought: Bought, *, now: datetime) -> Json:
    age = FRESH_AGE if bought.trouble == "fresh" else timedelta(days=bought.days)
    activated = now - age
    return {
        "id": str(bought.subscription_id),
        "commerceSubscriptionId": str(bought.commerce_id),
        "createdDateTime": _stamp(activated),
        "isTrial": bought.trouble == "trial",
        "nextLifecycleDateTime": _stamp(_renewal(activated, now=now, trial=bought.trouble == "trial")),
        "ownerId": None,
        "ownerTenantId": str(bought.owner_tenant) if bought.owner_tenant else None,
        "ownerType": None,
        "serviceStatus": _plans(
            bought.part_number, "PendingActivation" if bought.trouble == "not activated" else "Success"
        ),
        "skuId": str(sku(bought.part_number).sku_id),
        "skuPartNumber": bought.part_number,
        "status": "Suspended" if bought.trouble == "suspended" else "Enabled",
        "totalLicenses": bought.seats,
    }


def _plans(part_number: str, status: str) -> list[Json]:
    return [
        {
            "appliesTo": "User",
            "provisioningStatus": status,
            "servicePlanId": str(plan_id),
            "servicePlanName": name,
        }
        for name, plan_id in sku(part_number).plans
    ]


def _renewal(activated: datetime, *, now: datetime, trial: bool) -> datetime:
    """Trials end after thirty days, everything else renews every year."""
    term = timedelta(days=30 if trial else 365)
    terms = (now - activated) // term + 1
    return activated + terms * term


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
