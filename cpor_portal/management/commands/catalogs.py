"""Bring the catalogs of customers' languages up to date with the sources, or check them."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cpor_portal.catalogs import complaints, languages, portal_template, renew, root

_MOST_SHOWN = 20


class Command(BaseCommand):
    """``manage.py catalogs`` writes locale/*/django.po and .mo; with ``--check`` it only says what is wrong.

    ``--template FILE`` writes all texts of the portal, those of partners and Microsoft included, for translators.
    """

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, fail when something is wrong")
        parser.add_argument(
            "--template", type=Path, metavar="FILE", help="write every text of the portal to this .pot file"
        )

    def handle(self, *args: Any, check: bool, template: Path | None, **options: Any) -> None:
        if template:
            try:
                template.write_bytes(portal_template(root()))
            except OSError as error:
                raise CommandError(f"{template} could not be written: {error.strerror}.") from error
            self.stdout.write(f"Written: {template}.")
            return
        if not check:
            renew(root())
        wrong = list(complaints(root()))
        for sentence in wrong[:_MOST_SHOWN]:
            self.stdout.write(sentence)
        if len(wrong) > _MOST_SHOWN:
            self.stdout.write(f"and {len(wrong) - _MOST_SHOWN} more.")
        if wrong and check:
            raise CommandError(f"{len(wrong)} faults in the catalogs.")
        self.stdout.write(f"Catalogs: {', '.join(languages())}.")
