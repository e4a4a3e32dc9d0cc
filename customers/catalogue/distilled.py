"""The catalogue that the repository carries: only what the import derives from Microsoft's list, as JSON."""

import json
from collections.abc import Iterable
from pathlib import Path

from customers.catalogue.facts import WORKLOAD_BY_CODE, ListedProduct, ListedSku
from customers.enums import SolutionArea

DISTILLED = Path(__file__).resolve().parent.parent / "data" / "catalogue.json"
SOURCE = "Derived from Microsoft's list 'Product names and service plan identifiers for licensing'."  # unread


def write_distilled(skus: Iterable[ListedSku], path: Path) -> None:
    """Write the SKUs as JSON, one to a line, so that a new version shows its changes. Overwrites."""
    lines = ",\n".join(json.dumps(_packed(sku), ensure_ascii=False) for sku in skus)
    path.write_text(f'{{"source": {json.dumps(SOURCE)},\n"skus": [\n{lines}\n]}}\n', encoding="utf-8")


def read_distilled(path: Path) -> list[ListedSku]:
    """The SKUs as ``write_distilled`` wrote them."""
    return [_unpacked(packed) for packed in json.loads(path.read_text(encoding="utf-8"))["skus"]]


def _packed(sku: ListedSku) -> dict[str, object]:
    """Defaults are left out: not Dynamics, claimable, no product."""
    packed: dict[str, object] = {"id": sku.sku_id, "part": sku.part_number, "name": sku.name}
    if sku.is_dynamics:
        packed["dynamics"] = True
    if not sku.claimable:
        packed["claimable"] = False
    if sku.products:
        packed["products"] = [product.code or product.name for product in sku.products]
    return packed


def _unpacked(packed: dict) -> ListedSku:
    return ListedSku(
        sku_id=packed["id"],
        part_number=packed["part"],
        name=packed["name"],
        is_dynamics=packed.get("dynamics", False),
        claimable=packed.get("claimable", True),
        products=tuple(_product(text) for text in packed.get("products", [])),
    )


def _product(text: str) -> ListedProduct:
    if text in WORKLOAD_BY_CODE:
        return WORKLOAD_BY_CODE[text].product
    return ListedProduct(SolutionArea.BUSINESS_APPLICATIONS, text)
