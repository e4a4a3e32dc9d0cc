"""``manage.py import_revenue FILE``: the door to revenue.importing."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from customers.importing import ImportRefused
from revenue.importing import RevenueRefused, import_revenue


class Command(BaseCommand):
    help = (
        "Import invoice lines for the Sales summary from a CSV; docs/importing.md shows its columns. "
        "The file is imported or refused as a whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--data-as-of",
            type=_day,
            metavar="DATE",
            help="the day up to which the file tells, like 2026-10-31 (today)",
        )
        parser.add_argument("--by", metavar="EMAIL", help="who imports it, to be noted with the import")
        parser.add_argument("--dry-run", action="store_true", help="check the whole file, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        person = None
        if options["by"]:
            person = User.objects.filter(email__iexact=options["by"]).first()
            if person is None:
                raise CommandError(f"Nobody has the e-mail address {options['by']}.")
        dry_run = options["dry_run"]
        try:
            report = import_revenue(
                options["file"],
                now=timezone.now(),
                data_as_of=options["data_as_of"],
                imported_by=person,
                dry_run=dry_run,
            )
        except RevenueRefused as refused:
            raise CommandError(_told(refused)) from refused
        except ImportRefused as refused:
            raise CommandError(f"Nothing was imported. {refused.message}") from refused
        if report.earlier:
            day = f"{report.earlier.imported_at:%Y-%m-%d}"
            self.stdout.write(f"This file was imported on {day} as {report.earlier.file_name}. Nothing changed.")
            return
        counts = f"{report.added:,} added, {report.replaced:,} replaced, {report.unchanged:,} unchanged"
        end = " Dry run: nothing was written." if dry_run else ""
        self.stdout.write(
            f"{report.rows:,} {'line' if report.rows == 1 else 'lines'} as of {report.data_as_of}: {counts}.{end}"
        )


def _told(refused: RevenueRefused) -> str:
    lines = [f"Nothing was imported. {refused.message}", *refused.problems]
    if refused.total > len(refused.problems):
        lines.append("Only the first problems are printed.")
    return "\n".join(lines)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"«{text}» is not a day. Write it like 2026-10-31.") from error
