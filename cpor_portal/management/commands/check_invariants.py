"""``manage.py check_invariants``: asks whether everything that the portal promises of its data holds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cpor_portal.backup.refusals import told_as_sentences
from cpor_portal.invariants.checking import all_invariants, check_invariants
from cpor_portal.invariants.telling import tell_broken


class Command(BaseCommand):
    help = "Check what must always be true of claims, history, mail and documents; exit code 1 when something is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--checksums", action="store_true", help="Read every document and compare its SHA-256.")
        parser.add_argument(
            "--settled",
            action="store_true",
            help="Nobody uses the portal now: do not excuse files of the last minutes.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with told_as_sentences():
            broken = check_invariants(now=timezone.now(), settled=options["settled"], checksums=options["checksums"])
        found = {each.name: each for each in broken}
        for name in all_invariants(checksums=options["checksums"]):
            self.stdout.write(f"{len(found[name].ids) if name in found else 0:>6}  {name}")
        for line in tell_broken(broken):
            self.stderr.write(line)
        if broken:
            raise CommandError(f"{len(broken)} invariants do not hold.")
        self.stdout.write("All invariants hold.")
