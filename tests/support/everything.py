"""Every row of every table, to prove that something left nothing behind."""

from collections.abc import Collection, Mapping

from django.apps import apps
from django.db import connection


def every_row():
    """The values of all rows by table; tables that belong to no model have none that the portal writes."""
    tables = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return {model._meta.db_table: sorted(map(repr, model._base_manager.values())) for model in tables}


def checksums(
    *, without: Collection[str] = (), columns_without: Mapping[str, str] | None = None
) -> dict[str, tuple[int, str]]:
    """For each table the number of its rows and a checksum over all their values. One query, which the database works off.

    ``without`` are tables to leave out, ``columns_without`` names for a table the one column that does not count.
    """
    tables = sorted(
        {field.m2m_db_table() for model in apps.get_models() for field in model._meta.local_many_to_many}
        | {model._meta.db_table for model in apps.get_models() if model._meta.managed}
    )
    parts = [
        f"SELECT '{table}', count(*), md5(coalesce(string_agg({row}, chr(10) ORDER BY {row}), ''))"
        f' FROM "{table}" each_row'
        for table in tables
        if table not in without
        for row in [_row_as_text((columns_without or {}).get(table))]
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {table: (number, digest) for table, number, digest in cursor.fetchall()}


def _row_as_text(left_out: str | None) -> str:
    return f"(to_jsonb(each_row) - '{left_out}')::text" if left_out else "each_row::text"
