"""What the tests of the sample data look for."""

from datetime import UTC, datetime
from pathlib import Path

from customers.enums import SolutionArea
from customers.models import Product

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LOADED = 170  # claims beside the stories: enough for every kind; all 407 take more than twice as long
TRY_IT = Path(__file__).resolve().parents[3] / "docs" / "try-it.md"
BA, M365 = SolutionArea.BUSINESS_APPLICATIONS, SolutionArea.MICROSOFT_365


def product_of(part_number: str) -> Product:
    return Product.objects.get(skus__part_number=part_number)
