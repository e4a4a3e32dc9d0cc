"""Rows that migrations write, written again: a test with real transactions empties every table when it ends."""

from importlib import import_module

from django.apps import apps

from review.groups import write_groups


def restore_reason_codes() -> None:
    """Write the coded reasons as the migrations do; harmless when they are there."""
    import_module("claims.migrations.0002_guards_and_reasons").add_reasons(apps, None)
    import_module("claims.migrations.0006_desk").add_reasons(apps, None)


def restore_programs() -> None:
    """Write the programs' texts as the migration does; harmless when they are there."""
    import_module("partners.migrations.0003_programs").fill(apps, None)


def restore_rubric() -> None:
    """Write the criteria by which rivals are compared; harmless when they are there."""
    import_module("review.migrations.0005_arbitration").write_rubric(apps, None)


def restore_groups() -> None:
    """Write the groups of the desk with what each may do; harmless when they are there."""
    write_groups()


def restore_all() -> None:
    """Write everything that the sample data builds upon."""
    for restore in (restore_reason_codes, restore_programs, restore_rubric, restore_groups):
        restore()
