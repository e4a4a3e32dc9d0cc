"""Keep a tenant as it was read: one transaction, nothing half done."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.functions import Lower
from django.utils.translation import gettext
from psycopg.errors import UniqueViolation

from customers.importing import ImportRefused, wait_for_other_imports
from customers.models import Subscription, Tenant, TenantDomain, TenantSku
from customers.tenants.reading import TenantFacts, read_tenant


@dataclass(slots=True)
class TenantReport:
    """What an import did to one tenant, one line of text per thing. Listed again counts as changed."""

    tenant: Tenant
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def import_tenant(data: Any, *, now: datetime) -> TenantReport:
    """Keep a tenant as the answers of Microsoft Graph describe it; twice is fine.

    Domains and SKUs that are no longer listed are removed; a subscription stays, for the claims on it, with
    ``gone_at`` set until it is listed again. Raises ImportRefused, and changes nothing, when the file is not
    what Graph answers, or when a domain or subscription belongs to another tenant.
    """
    facts = read_tenant(data)
    try:
        with transaction.atomic():
            return _keep(facts, now=now)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        reason = gettext("Somebody entered the same tenant, domain or subscription at this moment. Import it again.")
        raise ImportRefused(reason) from error


def _keep(facts: TenantFacts, *, now: datetime) -> TenantReport:
    wait_for_other_imports()
    known = Tenant.objects.select_for_update().filter(tenant_id=facts.tenant_id).first()
    _refuse_foreign_domains(facts, known)
    _refuse_foreign_subscriptions(facts, known)
    values = {
        "display_name": facts.display_name,
        "country": facts.country,
        "language": facts.language,
        "admin_emails": facts.admin_emails,
    }
    report = TenantReport(known or Tenant(tenant_id=facts.tenant_id, imported_at=now))
    tenant = report.tenant
    _write(tenant, values, text=f"Tenant {facts.display_name}", report=report)
    tenant.imported_at = now
    tenant.save(update_fields=["imported_at"])
    _keep_domains(tenant, facts, report=report)
    _keep_skus(tenant, facts, report=report)
    _keep_subscriptions(tenant, facts, report=report, now=now)
    return report


def _refuse_foreign_domains(facts: TenantFacts, known: Tenant | None) -> None:
    paths = {domain.name: domain.path for domain in facts.domains}
    foreign = TenantDomain.objects.alias(lower=Lower("name")).filter(lower__in=paths)
    if known:
        foreign = foreign.exclude(tenant=known)
    if domain := foreign.select_related("tenant").first():
        reason = gettext(
            "{domain} is verified by another tenant, {tenant}. If it has moved, import that tenant first."
        ).format(domain=domain.name, tenant=domain.tenant)
        raise ImportRefused(reason, place=f"{paths[domain.name.lower()]}.id")


def _refuse_foreign_subscriptions(facts: TenantFacts, known: Tenant | None) -> None:
    paths = {found.subscription_id: found.path for found in facts.subscriptions}
    foreign = Subscription.objects.filter(subscription_id__in=paths)
    if known:
        foreign = foreign.exclude(tenant=known)
    if subscription := foreign.first():
        reason = gettext("this subscription belongs to another tenant.")
        raise ImportRefused(reason, place=f"{paths[subscription.subscription_id]}.id")


def _keep_domains(tenant: Tenant, facts: TenantFacts, *, report: TenantReport) -> None:
    present = {domain.name.lower(): domain for domain in tenant.domains.all()}
    for found in facts.domains:
        values = {"is_default": found.is_default, "is_initial": found.is_initial}
        row = present.pop(found.name, None) or TenantDomain(tenant=tenant, name=found.name)
        _write(row, values, text=f"Domain {found.name}", report=report)
    _remove(present.values(), kind="Domain", report=report)


def _keep_skus(tenant: Tenant, facts: TenantFacts, *, report: TenantReport) -> None:
    present = {sku.sku_id: sku for sku in tenant.skus.all()}
    for found in facts.skus:
        values = asdict(found)
        row = present.pop(values.pop("sku_id"), None) or TenantSku(tenant=tenant, sku_id=found.sku_id)
        _write(row, values, text=f"SKU {found.part_number}", report=report)
    _remove(present.values(), kind="SKU", report=report)


def _keep_subscriptions(tenant: Tenant, facts: TenantFacts, *, report: TenantReport, now: datetime) -> None:
    present = {found.subscription_id: found for found in tenant.subscriptions.select_for_update()}
    for found in facts.subscriptions:
        values = asdict(found) | {"gone_at": None}
        del values["path"]
        subscription_id = values.pop("subscription_id")
        row = present.pop(subscription_id, None)
        text = f"Subscription {str(found.commerce_subscription_id or subscription_id).upper()}"
        again = " (listed again)" if row and row.gone_at else ""
        row = row or Subscription(tenant=tenant, subscription_id=subscription_id)
        _write(row, values, text=f"{text} ({found.sku_part_number}){again}", report=report)
    for row in present.values():
        if row.gone_at is None:
            row.gone_at = now
            row.save(update_fields=["gone_at"])
            report.gone.append(f"Subscription {row} ({row.sku_part_number})")


def _write(row: Model, values: dict[str, Any], *, text: str, report: TenantReport) -> None:
    """Save what differs and report it."""
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, values[name])
    if row.pk is None:
        row.save()
        report.added.append(text)
    elif differing:
        row.save(update_fields=differing)
        report.changed.append(text)


def _remove(rows: Any, *, kind: str, report: TenantReport) -> None:
    for row in rows:
        report.gone.append(f"{kind} {row}")
        row.delete()
