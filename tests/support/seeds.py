"""Rows that migrations write, written again: a test with real transactions empties every table when it ends."""

from importlib import import_module

from django.apps import apps


def restore_reason_codes() -> None:
    """Write the coded reasons as the migration does; harmless when they are there."""
    import_module("claims.migrations.0002_guards_and_reasons").add_reasons(apps, None)
