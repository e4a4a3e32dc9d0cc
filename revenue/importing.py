"""Bring revenue up to date from a CSV of invoice lines: all of it or nothing, in constant memory."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.models import User
from customers.importing import ImportRefused, wait_for_other_imports
from customers.models import Product
from revenue.areas import give_areas
from revenue.models import RevenueImport, RevenueLine
from revenue.parsing import BadLine, InvoiceLine, parse_row
from revenue.reading import Row, inspect_file, read_rows
from revenue.resolving import Resolver, Subject

TOLD = 50  # problems that are kept to be printed; the others are counted
_BATCH = 1000
_VALUES = (
    "month", "tenant_id", "product_id", "subscription_id", "license_revenue", "enhancement_revenue", "seats", "currency",
)  # fmt: skip


@dataclass(slots=True)
class RevenueReport:
    """What an import did. ``earlier`` is the import that had read this very file before; then nothing happened."""

    rows: int = 0
    added: int = 0
    replaced: int = 0
    data_as_of: date | None = None
    earlier: RevenueImport | None = None

    @property
    def unchanged(self) -> int:
        """Lines that were there already, word for word."""
        return self.rows - self.added - self.replaced


class RevenueRefused(ImportRefused):
    """Lines of the file are wrong; nothing changed. ``problems`` holds the first of them, ``total`` counts all."""

    def __init__(self, problems: list[str], *, total: int) -> None:
        super().__init__(ngettext("{count:,} line is wrong.", "{count:,} lines are wrong.", total).format(count=total))
        self.problems = problems
        self.total = total


@dataclass(slots=True)
class _Run:
    """One import while it runs."""

    batch: RevenueImport
    report: RevenueReport
    resolver: Resolver = field(default_factory=Resolver)
    products: dict[int, Product] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    wrong: int = 0

    def complain(self, number: int, sentences: Iterable[str]) -> None:
        self.wrong += 1
        room = TOLD - len(self.problems)
        self.problems += [
            gettext("Line {line}: {sentence}").format(line=number, sentence=sentence) for sentence in sentences
        ][: max(room, 0)]


@transaction.atomic
def import_revenue(
    source: Path | BinaryIO,
    *,
    now: datetime,
    name: str = "",
    data_as_of: date | None = None,
    imported_by: User | None = None,
    dry_run: bool = False,
) -> RevenueReport:
    """Add the invoice lines of a CSV, and replace those whose key is known already; twice is fine.

    ``source`` is a path, or an open file with its ``name``. ``data_as_of`` is the day up to which the file tells, today
    when not given (R192). A file that was imported before, byte for byte, is not read again. ``dry_run`` checks
    everything and writes nothing. Products that had no performance area get the one that their name speaks for (R193).
    Raises RevenueRefused with the wrong lines, or ImportRefused when the file cannot be read at all; nothing is written
    then. Waits for other imports.
    """
    today = timezone.localtime(now).date()
    as_of = data_as_of or today
    if as_of > today:
        raise ImportRefused(gettext("The data cannot be as of {as_of}, which is still to come.").format(as_of=as_of))
    wait_for_other_imports()
    try:
        with source.open("rb") if isinstance(source, Path) else nullcontext(source) as stream:
            name = name or (source.name if isinstance(source, Path) else "")
            report = _import(stream, name=name, as_of=as_of, now=now, imported_by=imported_by)
    except OSError as error:
        raise ImportRefused(
            gettext("The file cannot be read: {reason}.").format(reason=error.strerror), place=str(source)
        ) from error
    if dry_run:
        transaction.set_rollback(True)
    return report


def _import(stream: BinaryIO, *, name: str, as_of: date, now: datetime, imported_by: User | None) -> RevenueReport:
    sha256, encoding = inspect_file(stream)
    earlier = RevenueImport.objects.filter(sha256=sha256).first()
    if earlier is not None:
        return RevenueReport(earlier=earlier, data_as_of=earlier.data_as_of)
    batch = RevenueImport.objects.create(
        file_name=name[-255:], sha256=sha256, data_as_of=as_of, imported_at=now, imported_by=imported_by
    )
    run = _Run(batch, RevenueReport(data_as_of=as_of))
    for rows in batched(read_rows(stream, encoding=encoding), _BATCH, strict=False):
        _take(rows, run=run)
    if run.wrong:
        raise RevenueRefused(run.problems, total=run.wrong)
    if not run.report.rows:
        raise ImportRefused(
            gettext("the file has a heading but no lines."), place=gettext("Line {line}").format(line=2)
        )
    batch.rows, batch.added, batch.replaced = run.report.rows, run.report.added, run.report.replaced
    batch.save(update_fields=["rows", "added", "replaced"])
    give_areas(run.products.values())
    return run.report


def _take(rows: Iterable[tuple[int, Row | str]], *, run: _Run) -> None:
    """Read, look up and write one batch of lines; wrong ones are noted and left out."""
    parsed: list[tuple[int, InvoiceLine]] = []
    for number, row in rows:
        try:
            if isinstance(row, str):
                raise BadLine([row])
            parsed.append((number, parse_row(row, last_month=run.batch.data_as_of.replace(day=1))))
        except BadLine as bad:
            run.complain(number, bad.problems)
    run.resolver.look_up(line for _, line in parsed)
    stored = RevenueLine.objects.in_bulk([line.key for _, line in parsed], field_name="invoice_line")
    fresh: dict[str, RevenueLine] = {}
    for number, line in parsed:
        try:
            row_of = fresh.get(line.key) or stored.get(line.key)
            if row_of is not None and row_of.batch_id == run.batch.pk:
                reason = gettext("column invoice_line: «{key}» stands in line {line} already.")
                raise BadLine([reason.format(key=line.key, line=row_of.line_number)])
            fresh[line.key] = _row(line, run.resolver.resolve(line), number=number, run=run)
        except BadLine as bad:
            run.complain(number, bad.problems)
    _count(fresh, stored, report=run.report)
    RevenueLine.objects.bulk_create(
        fresh.values(),
        update_conflicts=True,
        unique_fields=["invoice_line"],
        update_fields=[*(name.removesuffix("_id") for name in _VALUES), "batch", "line_number"],
    )


def _row(line: InvoiceLine, subject: Subject, *, number: int, run: _Run) -> RevenueLine:
    run.products[subject.product.pk] = subject.product
    return RevenueLine(
        invoice_line=line.key,
        month=line.month,
        tenant=subject.tenant,
        product=subject.product,
        subscription=subject.subscription,
        license_revenue=line.license_revenue,
        enhancement_revenue=line.enhancement_revenue,
        seats=line.seats,
        currency=line.currency,
        batch=run.batch,
        line_number=number,
    )


def _count(fresh: dict[str, RevenueLine], stored: dict[str, RevenueLine], *, report: RevenueReport) -> None:
    report.rows += len(fresh)
    for key, row in fresh.items():
        before = stored.get(key)
        if before is None:
            report.added += 1
        elif any(getattr(before, name) != getattr(row, name) for name in _VALUES):
            report.replaced += 1
