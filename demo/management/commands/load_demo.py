"""``manage.py load_demo``: the door to the sample data."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from demo.sample_data.loading import load_sample_data


class Command(BaseCommand):
    help = (
        "Load the sample data of the demo: partners, customers, and a year of claims. Does nothing when they are there."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now().replace(microsecond=0)
        if not load_sample_data(now=now, tell=self._tell):
            self._tell("The sample data are there already.")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
