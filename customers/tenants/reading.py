"""Read a customer's tenant as Microsoft Graph v1.0 answers it, as plain facts."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from customers.enums import SubscriptionStatus
from customers.importing import ImportRefused
from customers.languages import known_language
from customers.tenants.shapes import Node, each_once

SKU_STATUSES = ("Enabled", "Warning", "Suspended", "Deleted", "LockedOut")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class DomainFacts:
    """A verified domain."""

    name: str
    is_default: bool
    is_initial: bool
    path: str


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """One entry of /subscribedSkus."""

    sku_id: UUID
    part_number: str
    capability_status: str
    enabled_units: int
    consumed_units: int


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """One entry of /directory/subscriptions."""

    subscription_id: UUID
    commerce_subscription_id: UUID | None
    sku_id: UUID
    sku_part_number: str
    status: str
    activated_at: datetime
    next_lifecycle_at: datetime | None
    total_licenses: int
    is_trial: bool
    provisioned: bool
    owner_tenant_id: UUID | None
    path: str


@dataclass(frozen=True, slots=True)
class TenantFacts:
    """Everything that is kept of a tenant."""

    tenant_id: UUID
    display_name: str
    country: str
    language: str
    admin_emails: list[str]
    domains: list[DomainFacts]
    skus: list[SkuFacts]
    subscriptions: list[SubscriptionFacts]


def read_tenant(data: Any) -> TenantFacts:
    """The facts of a parsed tenant file. Reads only.

    Raises ImportRefused with the path of the first thing that is missing, of the wrong kind, said twice, or
    one page of several. Properties that are not kept may be there or not.
    """
    if not isinstance(data, dict):
        raise ImportRefused(gettext("The file is not a JSON object with the answers of Microsoft Graph."))
    root = Node(data)
    organizations = root.page("organization")
    if len(organizations) != 1:
        reason = gettext("names {count} organizations instead of one.").format(count=len(organizations))
        raise ImportRefused(reason, place="organization.value")
    organization = organizations[0]
    return TenantFacts(
        tenant_id=organization.guid("id"),
        display_name=organization.text("displayName", longest=256),
        country=_country(organization),
        language=_language(organization),
        domains=_domains(root),
        skus=_skus(root),
        subscriptions=_subscriptions(root),
        admin_emails=_admin_emails(root),
    )


def parse_json(content: bytes) -> Any:
    """The file as JSON, with or without a byte order mark. Raises ImportRefused with line and column."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        place = gettext("Line {line}, column {column}").format(line=error.lineno, column=error.colno)
        raise ImportRefused(gettext("not valid JSON ({error}).").format(error=error.msg), place=place) from error
    except UnicodeDecodeError as error:
        place = gettext("Byte {number}").format(number=error.start)
        raise ImportRefused(gettext("the text is not UTF-8."), place=place) from error
    except (RecursionError, ValueError) as error:
        raise ImportRefused(gettext("The file is not JSON that Microsoft Graph would answer.")) from error


def read_file(path: Path) -> Any:
    """The JSON of a file. Raises ImportRefused when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportRefused(gettext("The file cannot be read: {reason}.").format(reason=error.strerror)) from error
    return parse_json(content)


def _country(organization: Node) -> str:
    code = organization.text("countryLetterCode", longest=2, optional=True).upper()
    if code and not _COUNTRY.fullmatch(code):
        place = f"{organization.path}.countryLetterCode"
        raise ImportRefused(gettext("«{text}» is not a two-letter country code.").format(text=code), place=place)
    return code


def _language(organization: Node) -> str:
    """The organization's preferred language; empty where it has none, or one that customers are not written to in."""
    return known_language(organization.text("preferredLanguage", longest=35, optional=True)) or ""


def _domains(root: Node) -> list[DomainFacts]:
    nodes = [node for node in root.page("domains") if node.flag("isVerified")]
    if not nodes:
        raise ImportRefused(gettext("names no verified domain."), place="domains.value")
    names = [_domain_name(node) for node in nodes]
    return [
        DomainFacts(name, node.flag("isDefault", optional=True), node.flag("isInitial", optional=True), node.path)
        for node, name in each_once(nodes, names, key="id")
    ]


def _domain_name(node: Node) -> str:
    name = node.text("id", longest=253).lower()
    if not _DOMAIN.fullmatch(name):
        reason = gettext("«{text}» is not a domain name.").format(text=name[:40])
        raise ImportRefused(reason, place=f"{node.path}.id")
    return name


def _skus(root: Node) -> list[SkuFacts]:
    nodes = root.page("subscribedSkus")
    return [
        SkuFacts(
            sku_id=sku_id,
            part_number=node.text("skuPartNumber", longest=200),
            capability_status=node.choice("capabilityStatus", SKU_STATUSES),
            enabled_units=node.object("prepaidUnits").count("enabled"),
            consumed_units=node.count("consumedUnits"),
        )
        for node, sku_id in each_once(nodes, [node.guid("skuId") for node in nodes], key="skuId")
    ]


def _subscriptions(root: Node) -> list[SubscriptionFacts]:
    nodes = root.page("subscriptions")
    commerce_ids = [node.guid_or_none("commerceSubscriptionId") for node in nodes]
    commerce = [found for _, found in each_once(nodes, commerce_ids, key="commerceSubscriptionId")]
    directory_ids = each_once(nodes, [node.guid("id") for node in nodes], key="id")
    return [
        SubscriptionFacts(
            subscription_id=subscription_id,
            commerce_subscription_id=commerce_id,
            sku_id=node.guid("skuId"),
            sku_part_number=node.text("skuPartNumber", longest=200),
            status=node.choice("status", SubscriptionStatus.values),
            activated_at=node.time("createdDateTime"),
            next_lifecycle_at=node.time_or_none("nextLifecycleDateTime"),
            total_licenses=node.count("totalLicenses"),
            is_trial=node.flag("isTrial", optional=True),
            provisioned=_is_provisioned(node),
            owner_tenant_id=node.guid_or_none("ownerTenantId"),
            path=node.path,
        )
        for (node, subscription_id), commerce_id in zip(directory_ids, commerce, strict=True)
    ]


def _is_provisioned(node: Node) -> bool:
    """Whether at least one service works; a subscription that lists no services is taken as provisioned."""
    services = node.objects("serviceStatus", optional=True)
    statuses = [service.text("provisioningStatus", longest=40) for service in services]
    return not statuses or "Success" in statuses


def _admin_emails(root: Node) -> list[str]:
    """The members' addresses, each once. Members without one, such as service principals, are passed over.

    A guest's principal name («…#EXT#@…») is no address that mail reaches.
    """
    found = []
    for node in root.page("admins"):
        mail = node.email_or_none("mail")
        if mail is None and "#EXT#" not in node.text("userPrincipalName", longest=254, optional=True).upper():
            mail = node.email_or_none("userPrincipalName")
        if mail:
            found.append(mail)
    return list(dict.fromkeys(found))
