"""``manage.py load_demo``: the door to the sample data."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from demo.data_dir import DemoError
from demo.environment import most_claims
from demo.sample_data.loading import is_loaded, load_sample_data


class Command(BaseCommand):
    help = (
        "Load the sample data of the demo: partners, customers, and a year of claims. Does nothing when they are there."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if is_loaded():
            self._tell("The sample data are there already.")
            return
        try:
            most = most_claims()
        except DemoError as error:
            raise CommandError(str(error)) from error
        with prepared_statements():
            load_sample_data(now=timezone.now().replace(microsecond=0), tell=self._tell, most=most)

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


@contextmanager
def prepared_statements() -> Iterator[None]:
    """Let the server keep the plans of statements that come again: the load repeats a few hundred of them 25,000 times.

    This is set when connecting. Inside a transaction the connection stays as it is.
    """
    usual = connection.settings_dict["OPTIONS"]
    if connection.in_atomic_block:
        yield
        return
    connection.close()
    connection.settings_dict["OPTIONS"] = {**usual, "server_side_binding": True, "prepare_threshold": 3}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"] = usual
