"""One sender at a time, whatever the number of workers.

A second one would wait for the same mail server, keep a worker from its other tasks meanwhile, and let a kill repeat
more than one mail. Leases on rows stay what keeps a mail from leaving twice; this only spares the rest.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, InterfaceError, connection

_NAME = "notifications.sole_sender"


@contextmanager
def sole_sender() -> Iterator[bool]:
    """Within the block this process is the only one that sends; False, at once, while another one is.

    Takes an advisory lock of the database session, which ends with the session: a sender that was killed holds nobody
    up, and PostgreSQL notices within a minute when a whole machine is gone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [_NAME])
        (alone,) = cursor.fetchone()
        if alone:
            cursor.execute(
                "SELECT set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false), "
                "set_config('tcp_keepalives_count', '3', false)"
            )
    try:
        yield alone
    finally:
        if alone:
            with (
                suppress(DatabaseError, InterfaceError),
                connection.cursor() as cursor,
            ):  # the lock went with a lost session
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [_NAME])
