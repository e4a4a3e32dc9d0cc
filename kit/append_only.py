"""Tables that may only grow: a trigger in the database refuses UPDATE and DELETE, whoever asks."""

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only_trigger(table: str) -> migrations.RunSQL:
    """Migration operation that makes ``table`` append-only. TRUNCATE stays possible: tests empty tables with it."""
    return migrations.RunSQL(
        sql=[
            _FUNCTION,
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history();",
        ],
        reverse_sql=[f"DROP TRIGGER {table}_append_only ON {table};"],
    )
