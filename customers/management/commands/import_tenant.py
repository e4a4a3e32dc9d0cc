"""``manage.py import_tenant FILE [FILE…]``: the door to customers.tenants."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customers.importing import ImportRefused
from customers.tenants import import_tenant, read_file


class Command(BaseCommand):
    help = (
        "Keep customers' tenants as Microsoft Graph v1.0 answers them, one JSON file each; "
        "docs/importing.md tells how to get it. Every file is imported or refused as a whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        refused = []
        for path in options["files"]:
            try:
                report = import_tenant(read_file(path), now=timezone.now())
            except ImportRefused as refusal:
                refused.append(f"{path} was not imported. {refusal.message}")
                continue
            kinds = {"added": report.added, "changed": report.changed, "gone": report.gone}
            counts = ", ".join(f"{len(entries)} {kind}" for kind, entries in kinds.items())
            self.stdout.write(f"{report.tenant}: {counts}.")
            for kind, entries in kinds.items():
                if kind != "added" or options["verbosity"] > 1:
                    self.stdout.writelines(f"  {kind}: {entry}\n" for entry in entries)
        if refused:
            raise CommandError("\n".join(refused))
