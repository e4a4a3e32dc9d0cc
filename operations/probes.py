"""Probes of what every installation has: database, migrations, broker, sweeps."""

from datetime import datetime
from typing import Any

from celery import current_app
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from operations.health import Answer, declare_probe
from operations.sweeps import State, standings

_SHORT = {"max_retries": 0, "socket_connect_timeout": 0.5, "socket_timeout": 1.0}
_migrated: list[bool] = []


def declare_probes() -> None:
    """Called once, when the portal starts."""
    database: dict[str, Any] = {"uses_database": True}
    declare_probe(
        "database", database_answers, says=_("PostgreSQL, where everything is kept."), needed_by="web", **database
    )
    declare_probe(
        "migrations",
        migrations_applied,
        says=_("Whether the tables are those that this version needs."),
        needed_by="web",
        **database,
    )
    declare_probe("sweeps", sweeps_on_time, says=_("Whether every sweep runs on time."), needed_by="work", **database)
    declare_probe("broker", broker_answers, says=_("Carries tasks to the workers."))


def database_answers() -> Answer:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Answer("ok")


def migrations_applied() -> Answer:
    """Whether all migrations of this version have run. Asked until it is so; afterwards remembered."""
    if not _migrated:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            return Answer("missing", well=False, facts={"missing": len(missing)})
        _migrated.append(True)
    return Answer("ok")


def sweeps_on_time(*, now: datetime | None = None) -> Answer:
    """Late when a sweep is; says which, and how long ago a sweep last ended."""
    now = now or timezone.now()
    all_of_them = standings(now=now)
    late = [each.scheduled.name for each in all_of_them if each.state == State.LATE]
    ends = [each.row.last_finished_at for each in all_of_them if each.row and each.row.last_finished_at]
    facts: dict[str, Any] = {"last_ended_seconds_ago": int((now - max(ends)).total_seconds())} if ends else {}
    if late:
        return Answer("late", well=False, facts={"late": late, **facts})
    return Answer("ok", facts=facts)


def broker_answers() -> Answer:
    """A ping. Pages work without the broker, and so does nothing else for long: sweeps become late."""
    with current_app.connection_for_write(transport_options=_SHORT) as broker:
        broker.default_channel.client.ping()
    return Answer("ok")
