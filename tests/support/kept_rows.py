"""Puts back what the migrations wrote after each test with real transactions, which leaves every table to clear.

Django's own way empties all tables for good: a test that runs later on the same database would miss the groups,
the coded reasons and the programs. A copy of every row is kept in a schema of the test database instead.
"""

from functools import cache
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

SCHEMA = "as_migrated"


def keep_rows() -> None:
    """Copy every table that has rows; call it once, on a database that was only migrated."""
    quote = connection.ops.quote_name
    if not _tables():
        return  # no test of this run asks for the database
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in _with_rows(_tables()):
            cursor.execute(f"CREATE TABLE {SCHEMA}.{quote(table)} AS TABLE {quote(table)}")
            _kept.append(table)


def put_back(_test: Any = None) -> None:
    """Empty every table of the portal, then write the kept rows with the keys they had."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        # No triggers: neither foreign keys nor the guards of append-only tables. TRUNCATE would take ten times as long.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _with_rows(_tables()):
            cursor.execute(f"DELETE FROM {quote(table)}")
        for table in _kept:
            cursor.execute(f"INSERT INTO {quote(table)} SELECT * FROM {SCHEMA}.{quote(table)}")


def after_each_transactional_test() -> None:
    """Let Django's test case clear the tables by ``put_back``."""
    TransactionTestCase._fixture_teardown = put_back  # type: ignore[method-assign]


_kept: list[str] = []


def _with_rows(tables: tuple[str, ...]) -> list[str]:
    """Those that are not empty, in one query."""
    quote = connection.ops.quote_name
    asked = " UNION ALL ".join(f"SELECT %s WHERE EXISTS (SELECT FROM {quote(table)})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked, tables)
        return [table for (table,) in cursor.fetchall()]


@cache
def _tables() -> tuple[str, ...]:
    """Django's tables; not ``django_migrations``, which no test may change."""
    return tuple(connection.introspection.django_table_names(only_existing=True, include_views=False))
