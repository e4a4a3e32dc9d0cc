"""Small scenes of revenue: associations at given times, lines of given months, and files of lines."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from claims.enums import Activity, ClaimStatus
from claims.models import Association, Claim
from customers.enums import SolutionArea
from customers.models import Product, Subscription, Tenant
from partners.models import Location, PartnerOrganization
from revenue.areas import give_areas
from revenue.models import RevenueImport, RevenueLine
from revenue.reading import COLUMNS
from tests.factories import NOW, ClaimFactory, ProductFactory, SubscriptionFactory, TenantFactory

AS_OF = date(2026, 10, 31)  # the current roll is November 2025 to October 2026
_numbers = count(1)


def moment(text: str) -> datetime:
    """The moment that «2026-03-31» or «2026-03-31T23:59:59» names, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def crm(name: str = "") -> Product:
    """A Dynamics product that counts as CRM."""
    product = ProductFactory(name=name or f"DYNAMICS 365 FOR SALES {next(_numbers)}")
    give_areas([product])
    return product


def erp(name: str = "") -> Product:
    """A Dynamics product that counts as ERP."""
    return crm(name or f"DYNAMICS 365 FINANCE {next(_numbers)}")


def subscription_of(product: Product, tenant: Tenant | None = None) -> Subscription:
    """A subscription of the product."""
    return SubscriptionFactory(product=product, tenant=tenant or TenantFactory())


def associate(
    organization: PartnerOrganization,
    *,
    product: Product,
    tenant: Tenant,
    subscription: Subscription | None = None,
    start: str = "2020-01-15",
    end: str = "",
    reason: str = Association.EndReason.DISASSOCIATED,
    location: Location | None = None,
    activity: str = Activity.REVENUE,
    status: str = ClaimStatus.APPROVED,
) -> Association:
    """An approved claim of the activity with its association, as if Microsoft had approved it at ``start``."""
    claim: Claim = ClaimFactory(
        organization=organization, tenant=tenant, solution_area=SolutionArea.BUSINESS_APPLICATIONS,
        activities=[activity], status=status, decided_at=NOW, products=[product],
        **({"location": location} if location else {}),
    )  # fmt: skip
    return Association.objects.create(
        claim=claim, organization=organization, tenant=tenant, product=product, subscription=subscription,
        exclusive=activity != Activity.REVENUE, started_at=moment(start),
        ended_at=moment(end) if end else None, end_reason=reason if end else "",
    )  # fmt: skip


def some_import(day: date = AS_OF) -> RevenueImport:
    """An import that says how far the data reach."""
    number = next(_numbers)
    return RevenueImport.objects.create(
        file_name=f"lines-{number}.csv", sha256=f"{number:064}", data_as_of=day, imported_at=NOW
    )


def line(
    month: str,
    *,
    product: Product,
    tenant: Tenant | None = None,
    subscription: Subscription | None = None,
    amount: str = "100",
    enhancement: str = "0",
    seats: int = 0,
    currency: str = "USD",
) -> RevenueLine:
    """One invoice line of the month «2026-03»."""
    number = next(_numbers)
    return RevenueLine.objects.create(
        invoice_line=f"L{number}", month=date.fromisoformat(f"{month}-01"), product=product, subscription=subscription,
        tenant=subscription.tenant if subscription else tenant, license_revenue=Decimal(amount),
        enhancement_revenue=Decimal(enhancement), seats=seats, currency=currency, line_number=number,
        batch=RevenueImport.objects.first() or some_import(),
    )  # fmt: skip


def csv_of(*rows: dict[str, Any], delimiter: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    """The rows as a CSV with its heading."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, lineterminator="\r\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def row(subscription: Subscription | None = None, **changes: Any) -> dict[str, Any]:
    """One valid row of a CSV."""
    return {
        "invoice_line": f"G{next(_numbers):09}",
        "month": "2026-09",
        "subscription_id": subscription.shown_id if subscription else "",
        "license_revenue": "1200.50",
        "enhancement_revenue": "99.95",
        "seats": "10",
        "currency": "USD",
    } | changes


def written(directory: Path, content: str | bytes, name: str = "lines.csv") -> Path:
    """The content as a file."""
    path = directory / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
