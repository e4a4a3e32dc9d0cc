"""What all imports share: how they refuse a file, and how they keep out of each other's way."""

from django.db import connection

from kit.errors import RuleViolation
from kit.texts import Text


class ImportRefused(RuleViolation):
    """A file was refused whole; nothing changed. ``place`` says where in it, ``reason`` what is wrong."""

    def __init__(self, reason: Text, *, place: str = "") -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.place = place
        self.reason = str(reason)


def wait_for_other_imports() -> None:
    """Hold the one lock of imports until the open transaction ends; a second import waits here for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('customers.importing'))")
