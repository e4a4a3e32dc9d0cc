"""``manage.py restore``: the door to restoring a backup."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from cpor_portal.backup.refusals import told_as_sentences
from cpor_portal.backup.restoring import Restored, restore_backup
from cpor_portal.invariants.telling import tell_broken


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database and storage, and prove that everything came back. Restore only backups "
        "that you made: a dump can run any statement."
    )
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="The file that `backup` made.")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Delete what database and storage hold now. Asks first at a terminal.",
        )
        parser.add_argument("--no-input", action="store_false", dest="interactive", help="Do not ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["replace"] and options["interactive"] and sys.stdin is not None and sys.stdin.isatty():
            self._ask()
        with told_as_sentences():
            restored = restore_backup(
                options["source"].expanduser(), replace=options["replace"], now=timezone.now(), tell=self._tell
            )
        self._report(restored)

    def _ask(self) -> None:
        name = connection.settings_dict["NAME"]
        answer = input(f"Everything in the database {name} and its documents will be deleted. Type yes to go on: ")
        if answer.strip() != "yes":
            raise CommandError("Nothing was changed.")

    def _report(self, restored: Restored) -> None:
        manifest = restored.manifest
        for each in manifest.damaged:
            self.stderr.write(f"Document {each.document} came without its file: {each.why} when the backup was made.")
        for line in [*restored.differences, *tell_broken(restored.broken)]:
            self.stderr.write(line)
        if restored.differences or restored.broken:
            raise CommandError("The backup was restored, but the lines above need a look before the portal is opened.")
        self._tell(
            f"Restored: {manifest.total_rows:,} rows in {len(manifest.rows)} tables and {len(manifest.documents):,} documents, "
            "equal in number and checksum to the backup. All invariants hold."
        )

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
