"""Bring the catalogue's tables in line with a list, and report what that changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from customers.catalogue.facts import WORKLOADS, ListedProduct, ListedSku
from customers.importing import wait_for_other_imports
from customers.models import CatalogueSku, Product

_SKU_FIELDS = ("part_number", "name", "is_dynamics", "claimable")


@dataclass(slots=True)
class CatalogueReport:
    """What an import did, one line of text per product or SKU. Offered again counts as changed."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)


@transaction.atomic
def apply_list(listed: Iterable[ListedSku], *, now: datetime) -> CatalogueReport:
    """Add, change, retire and bring back products and SKUs so that the catalogue says what the list says.

    Nothing is deleted: what the list no longer has gets ``retired_at``, and a retired SKU keeps its products,
    because customers may own it for years. Rows that staff keep by hand are left alone. Two imports wait for
    one another.
    """
    wait_for_other_imports()
    skus = list(listed)
    report = CatalogueReport()
    products = _apply_products(skus, report=report, now=now)
    rows = _apply_skus(skus, report=report, now=now)
    _apply_links(skus, rows=rows, products=products, report=report)
    return report


def _apply_products(skus: list[ListedSku], *, report: CatalogueReport, now: datetime) -> dict[ListedProduct, Product]:
    wanted = {workload.product for workload in WORKLOADS} | {product for sku in skus for product in sku.products}
    present = {_key(product): product for product in Product.objects.select_for_update()}
    found: dict[ListedProduct, Product] = {}
    for listed in sorted(wanted, key=lambda product: (product.solution_area, product.name)):
        product = present.pop(_key(listed), None)
        if product is None:
            product = Product.objects.create(solution_area=listed.solution_area, name=listed.name, code=listed.code)
            report.added.append(f"Product {product}")
        elif not product.kept_by_hand and (product.name != listed.name or product.retired_at):
            report.changed.append(f"Product {listed.name}{' (offered again)' if product.retired_at else ''}")
            product.name, product.retired_at = listed.name, None
            product.save(update_fields=["name", "retired_at"])
        found[listed] = product
    for product in present.values():
        if not product.kept_by_hand and product.retired_at is None:
            product.retired_at = now
            product.save(update_fields=["retired_at"])
            report.retired.append(f"Product {product}")
    return found


def _key(product: Product | ListedProduct) -> tuple[str, str]:
    return product.solution_area, product.code or product.name


def _apply_skus(skus: list[ListedSku], *, report: CatalogueReport, now: datetime) -> dict[ListedSku, CatalogueSku]:
    present = {_sku_key(sku): sku for sku in CatalogueSku.objects.select_for_update()}
    rows: dict[ListedSku, CatalogueSku] = {}
    new, changed = [], []
    for listed in skus:
        values = {name: getattr(listed, name) for name in _SKU_FIELDS}
        sku = present.pop(listed.sku_id or listed.part_number, None)
        if sku is None:
            sku = CatalogueSku(sku_id=listed.sku_id or None, **values)
            new.append(sku)
            report.added.append(f"SKU {sku}")
        elif not sku.kept_by_hand and (sku.retired_at or any(getattr(sku, n) != v for n, v in values.items())):
            again = " (listed again)" if sku.retired_at else ""
            for name, value in values.items():
                setattr(sku, name, value)
            sku.retired_at = None
            changed.append(sku)
            report.changed.append(f"SKU {sku}{again}")
        rows[listed] = sku
    gone = [sku for sku in present.values() if sku.retired_at is None and not sku.kept_by_hand]
    for sku in gone:
        sku.retired_at = now
        report.retired.append(f"SKU {sku}")
    CatalogueSku.objects.bulk_create(new)
    CatalogueSku.objects.bulk_update([*changed, *gone], [*_SKU_FIELDS, "retired_at"])
    return rows


def _sku_key(sku: CatalogueSku) -> str:
    return str(sku.sku_id) if sku.sku_id else sku.part_number


def _apply_links(
    skus: list[ListedSku],
    *,
    rows: dict[ListedSku, CatalogueSku],
    products: dict[ListedProduct, Product],
    report: CatalogueReport,
) -> None:
    """Point every listed SKU to its products. A change of these alone is reported as a change of the SKU."""
    link = CatalogueSku.products.through
    listed_rows = {rows[listed].pk for listed in skus if not rows[listed].kept_by_hand}
    stored = link.objects.filter(cataloguesku__in=listed_rows)
    present = {(row.cataloguesku_id, row.product_id): row.pk for row in stored}
    wanted = {
        (rows[listed].pk, products[product].pk)
        for listed in skus
        for product in listed.products
        if rows[listed].pk in listed_rows
    }
    missing = wanted - present.keys()
    stale = present.keys() - wanted
    link.objects.bulk_create(link(cataloguesku_id=sku, product_id=product) for sku, product in sorted(missing))
    link.objects.filter(pk__in=[present[pair] for pair in stale]).delete()
    reported = {*report.added, *report.changed}
    moved = {pair[0] for pair in missing | stale}
    texts = (f"SKU {row}" for row in rows.values() if row.pk in moved)
    report.changed += [text for text in texts if not reported & {text, f"{text} (listed again)"}]
