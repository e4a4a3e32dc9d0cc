"""``manage.py backup``: the door to making a backup."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cpor_portal.backup.making import make_backup, megabytes
from cpor_portal.backup.refusals import told_as_sentences


class Command(BaseCommand):
    help = (
        "Back up the database and all documents into one file that only you can read. The portal may run meanwhile. "
        "The file holds personal data: keep it as safe as the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "target",
            nargs="?",
            help="A directory, or the file to be made. The demo's default: backups/ in its data directory.",
        )
        parser.add_argument(
            "--despite-damage", action="store_true", help="Go on when documents are missing or damaged in the storage."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        named = options["target"]
        if not named and not settings.DEMO:
            raise CommandError("Name a directory or a file for the backup, outside of the container.")
        target = Path(named).expanduser() if named else Path(settings.DATA_DIR) / "backups"
        with told_as_sentences():
            if not named:
                target.mkdir(mode=0o700, parents=True, exist_ok=True)
            if target.is_dir():
                target /= f"portal-{now:%Y%m%d-%H%M%S}.tar"
            manifest = make_backup(target, now=now, tell=self._tell, despite_damage=options["despite_damage"])
        for each in manifest.damaged:
            self.stderr.write(f"Document {each.document}: {each.why}.")
        size = megabytes(target.stat().st_size)
        self._tell(f"{target}: {size}, {manifest.total_rows:,} rows and {len(manifest.documents):,} documents.")
        self._tell("It holds personal data. SECRET_KEY is not in it: keep that apart from it, and keep it.")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
