"""The embedded servers of one data directory, shared by every command that uses it.

Each process that uses them holds a shared file lock. Whoever leaves last stops them; as the kernel keeps the
count, a killed process never counts. A second lock lets only one process at a time start or stop them.
"""

import atexit
import os
from collections.abc import Callable
from pathlib import Path

from demo.data_dir import DataDir
from demo.locks import FileLock
from demo.postgres import Postgres
from demo.valkey import Valkey

DATABASE = "portal"
Tell = Callable[[str], None]


class EmbeddedServers:
    """PostgreSQL and Valkey of a data directory."""

    def __init__(self, data: DataDir) -> None:
        self.data = data
        self.postgres = Postgres(data.postgres, data.logs / "postgres.log")
        self.valkey = Valkey(data.valkey, data.logs / "valkey.log")
        self._users = FileLock(data.run / "servers.users")
        self._owner = os.getpid()

    def attach(self, *, tell: Tell = lambda text: None) -> None:
        """Use the servers: start what is not running. The last process to leave stops them.

        ``tell`` hears what is being started. Leaving happens in ``leave``, or when this process ends.
        Raises DemoError.
        """
        self.data.create()
        atexit.register(self.leave)
        with self._turn.alone():
            self._users.take(alone=False, wait=True)
            if not self.postgres.is_running():
                tell("PostgreSQL")
            self.postgres.ensure_running()
            self.postgres.ensure_database(DATABASE)
            if not self.valkey.is_running():
                tell("Valkey")
            self.valkey.ensure_running()

    def leave(self) -> bool:
        """Stop using the servers, and stop them when nobody else does: then true. Twice is harmless."""
        if os.getpid() != self._owner or not self.data.run.is_dir():
            return False
        atexit.unregister(self.leave)
        with self._turn.alone():
            if not self._users.take(alone=True, wait=False):
                return False
            self.valkey.stop()
            self.postgres.stop()
            self._users.leave()
        return True

    def died(self) -> tuple[str, Path] | None:
        """Return name and log of a server that ended by itself, None while both run."""
        if not self.postgres.is_running():
            return "PostgreSQL", self.postgres.log
        if not self.valkey.is_running():
            return "Valkey", self.valkey.log
        return None

    @property
    def database_url(self) -> str:
        return self.postgres.url(DATABASE)

    @property
    def redis_url(self) -> str:
        return self.valkey.url()

    # --- how ---

    @property
    def _turn(self) -> FileLock:
        return FileLock(self.data.run / "servers.turn")
