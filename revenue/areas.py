"""Performance areas: which Dynamics products count as ERP and which as CRM."""

import re
from collections.abc import Iterable

from customers.models import Product
from revenue.enums import PerformanceArea
from revenue.models import ProductArea

# Finance, operations, supply chain, trade and people are ERP, with the products they came from (AX, NAV, GP, SL).
# Everything else that Dynamics sells is CRM. «Project Service Automation» was CRM; «Project Operations» is ERP.
_ERP = re.compile(
    r"\b(FINANCE|FINANCIALS|OPERATIONS|OPS|SUPPLY CHAIN|BUSINESS CENTRAL|ASSET MANAGEMENT|COMMERCE|RETAIL|TALENT"
    r"|HUMAN RESOURCES|ORDER MANAGEMENT|AX|NAV|GP|SL)\b"
)


def guess_area(name: str) -> PerformanceArea:
    """The area that a product's name speaks for: ERP when it names one of the ERP lines, else CRM (R193)."""
    return PerformanceArea.ERP if _ERP.search(name.upper()) else PerformanceArea.CRM


def give_areas(products: Iterable[Product]) -> None:
    """Write the guessed area of every product that has none yet; what staff decided stays."""
    guessed = [ProductArea(product=product, area=guess_area(product.name)) for product in products]
    ProductArea.objects.bulk_create(guessed, ignore_conflicts=True)
