from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cpor_portal.context import DEMO_SIGN_INS
from demo.data_dir import DemoError
from demo.start import begun_supervisor


class Command(BaseCommand):
    help = (
        "Run the whole portal here: PostgreSQL, Valkey, web, worker, beat and a mail sink, with sample data. "
        "PORT (default 8000) and PORTAL_DATA_DIR (default .data) choose where. Ctrl-C stops everything."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            begun_supervisor().run(sign_ins=DEMO_SIGN_INS)
        except DemoError as error:
            raise CommandError(str(error)) from error
