"""Write the lifecycle into docs/architecture.md, or check that it is up to date."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from claims.lifecycle_diagram import renewed


class Command(BaseCommand):
    help = "Write the table of transitions into docs/architecture.md; with --check only compare."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Fail when the document is out of date.")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "architecture.md"
        present = path.read_text()
        wanted = renewed(present)
        if options["check"] and wanted != present:
            raise CommandError("docs/architecture.md does not show today's lifecycle. Run: manage.py lifecycle_docs")
        path.write_text(wanted)
        self.stdout.write("docs/architecture.md shows today's lifecycle.")
