"""``manage.py import_catalogue [FILE]``: the door to customers.catalogue."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customers.catalogue import distill, import_catalogue, load_distilled
from customers.importing import ImportRefused


class Command(BaseCommand):
    help = (
        'Bring the catalogue in line with Microsoft\'s CSV "Product names and service plan identifiers", '
        "or, without a file, with the facts that this software carries."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="Microsoft's CSV as published")
        parser.add_argument(
            "--write-distilled",
            type=Path,
            metavar="PATH",
            help="write the derived facts to this file instead of changing the catalogue",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source, target = options["file"], options["write_distilled"]
        if target and not source:
            raise CommandError("--write-distilled needs Microsoft's file to derive the facts from.")
        try:
            if target:
                self.stdout.write(f"{distill(source, target=target)} SKUs written to {target}.")
                return
            now = timezone.now()
            report = import_catalogue(source, now=now) if source else load_distilled(now=now)
        except ImportRefused as refused:
            raise CommandError(f"Nothing was imported. {refused.message}") from refused
        kinds = {"added": report.added, "changed": report.changed, "retired": report.retired}
        for kind, entries in kinds.items():
            if kind != "added" or options["verbosity"] > 1:
                self.stdout.writelines(f"{kind}: {entry}\n" for entry in entries)
        self.stdout.write(", ".join(f"{len(entries)} {kind}" for kind, entries in kinds.items()) + ".")
