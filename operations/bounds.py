"""Queries for monitoring give up before anybody notices them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def bounded_queries(milliseconds: int = 1500) -> Iterator[None]:
    """A transaction in which PostgreSQL ends every query that takes longer. Afterwards the connection is as before."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {int(milliseconds)}")
        yield
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")  # when this is part of a longer transaction
