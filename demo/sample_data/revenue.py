"""Invoice lines of 28 months for the revenue associations, and others that count for nobody, through the usual import."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from claims.enums import Activity
from claims.models import Association
from customers.models import Subscription
from revenue.areas import guess_area
from revenue.enums import PerformanceArea
from revenue.importing import RevenueReport, import_revenue
from revenue.reading import COLUMNS
from revenue.summary import add_months

MONTHS = 28
_BYSTANDERS = 25  # subscriptions whose revenue counts for nobody
_EURO = frozenset({"AT", "BE", "DE", "ES", "FI", "FR", "IE", "IT", "NL", "PT"})
_PRICE = {
    PerformanceArea.ERP: 180_00,
    PerformanceArea.CRM: 95_00,
}  # cents for a seat and month, if nothing else is said
_PRICES = {"BUSCENTRAL": 70_00, "TEAM_MEMBERS": 8_00, "STORAGE": 10_00, "PORTAL": 5_00, "PLAN": 115_00}
Cells = dict[str, object]


def load_revenue(*, now: datetime) -> RevenueReport:
    """Import a year and more of invoice lines that end with the last full month before ``now``."""
    first_of_month = now.date().replace(day=1)
    last = add_months(first_of_month, -1)
    with TemporaryDirectory() as directory:
        path = Path(directory) / f"revenue-{last:%Y-%m}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(_lines(last))
        return import_revenue(path, now=now, data_as_of=first_of_month - timedelta(days=1))


def _lines(last: date) -> Iterator[Cells]:
    number = 0
    for subscription, product in _billed():
        rng = Random(f"revenue {subscription.shown_id}")
        area = guess_area(product)
        price = next((cents for part, cents in _PRICES.items() if part in subscription.sku_part_number), _PRICE[area])
        currency = "EUR" if subscription.tenant.country in _EURO else "USD"
        growth, enhanced = rng.uniform(0.2, 0.5), rng.random() < (0.7 if area == PerformanceArea.ERP else 0.3)
        for back in range(MONTHS - 1, -1, -1):
            month = add_months(last, -back)
            if month < subscription.activated_at.date().replace(day=1):
                continue
            seats = max(1, round(subscription.total_licenses * (1 - growth * back / MONTHS)))
            cents = seats * price
            for line in _of_month(subscription, product, seats=seats, cents=cents, enhanced=enhanced, rng=rng):
                number += 1
                yield {"invoice_line": f"G{number:09}", "month": f"{month:%Y-%m}", "currency": currency, **line}


def _of_month(
    subscription: Subscription, product: str, *, seats: int, cents: int, enhanced: bool, rng: Random
) -> Iterator[Cells]:
    """The month's invoice; at times a credit for some days, or work that is billed to the customer without a subscription."""
    by_subscription: Cells = {"subscription_id": subscription.shown_id}
    enhancement = _amount(cents * 18 // 100) if enhanced else ""
    yield {**by_subscription, "seats": seats, "license_revenue": _amount(cents), "enhancement_revenue": enhancement}
    if rng.random() < 0.05:
        yield {**by_subscription, "license_revenue": _amount(-cents * rng.randint(2, 12) // 100)}
    if rng.random() < 0.04:
        by_customer: Cells = {"tenant_id": subscription.tenant.tenant_id, "product": product}
        yield {**by_customer, "license_revenue": _amount(rng.randint(50, 900) * 100)}


def _billed() -> Iterator[tuple[Subscription, str]]:
    """Subscriptions with the names of their products: those of revenue associations, and some that have none."""
    held = Association.objects.filter(claim__activities__contains=[Activity.REVENUE]).exclude(subscription=None)
    others = Association.objects.filter(exclusive=True).exclude(subscription=None)
    bystanders = others.exclude(subscription__in=held.values("subscription")).order_by("pk")[:_BYSTANDERS]
    seen: set[int | None] = set()
    for association in [*held.order_by("pk"), *bystanders]:
        if association.subscription_id not in seen and association.subscription is not None:
            seen.add(association.subscription_id)
            yield association.subscription, association.product.name


def _amount(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
