"""The catalogue of what may be claimed: from Microsoft's list, or from the facts in the repository."""

from datetime import datetime
from pathlib import Path

from customers.catalogue.applying import CatalogueReport, apply_list
from customers.catalogue.distilled import DISTILLED, read_distilled, write_distilled
from customers.catalogue.reading import Source, read_list

__all__ = ["CatalogueReport", "distill", "import_catalogue", "load_distilled"]


def import_catalogue(source: Source, *, now: datetime) -> CatalogueReport:
    """Bring the catalogue in line with Microsoft's CSV, in one transaction; twice is fine.

    ``source`` is a path or an open file. Products and SKUs are added, changed, brought back, and retired
    rather than deleted; rows kept by hand are left alone. Raises ImportRefused, and changes nothing, for any
    other file.
    """
    return apply_list(read_list(source), now=now)


def load_distilled(*, now: datetime, path: Path = DISTILLED) -> CatalogueReport:
    """The same from the facts that the repository carries, so that a fresh installation needs no file."""
    return apply_list(read_distilled(path), now=now)


def distill(source: Source, *, target: Path) -> int:
    """Write the repository's facts anew from Microsoft's CSV; changes no table. Returns how many SKUs."""
    skus = read_list(source)
    write_distilled(skus, target)
    return len(skus)
