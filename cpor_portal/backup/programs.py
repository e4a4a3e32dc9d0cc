"""PostgreSQL's own programs: finding a set that fits the server, dumping, and loading a dump in one transaction."""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from django.db import connection
from psycopg.conninfo import make_conninfo

from cpor_portal.backup import BackupError
from cpor_portal.backup.archive import chunks_of

NEEDED = ("pg_dump", "pg_restore", "psql")
USUAL_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
# Written by programs from 17 on, refused by servers before 17; it is the default anyway.
UNKNOWN_TO_OLDER_SERVERS = b"SET transaction_timeout = 0;\n"
HEAD = 4096
LOCK_SECONDS = 10
# Of what Django gives psycopg, the part that says where the server is and how to reach it safely.
ADDRESS = (
    "host", "hostaddr", "port", "dbname", "user", "service", "passfile", "target_session_attrs",
    "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "gssencmode", "channel_binding", "krbsrvname",
)  # fmt: skip


@dataclass(frozen=True)
class Programs:
    """One directory with pg_dump, pg_restore and psql of one major version."""

    directory: Path
    major: int

    def path(self, name: str) -> str:
        """The program's path."""
        return str(self.directory / name)


def find_programs(*, at_least: int) -> Programs:
    """Return the oldest installed programs that are not older than ``at_least``: an older pg_dump refuses a newer server.

    Looks on PATH and where Linux distributions put them. Raises BackupError with a sentence when there are none.
    """
    found = [Programs(place, major) for place in _places() if (major := _major(place))]
    fitting = [each for each in found if each.major >= at_least]
    if not fitting:
        older = ", ".join(sorted({str(each.major) for each in found}))
        raise BackupError(
            f"pg_dump, pg_restore and psql of PostgreSQL {at_least} or newer are needed, and "
            f"{f'only {older} was found' if older else 'none were found'}. "
            f"Install the package postgresql-client-{at_least}, or put the directory of these programs on PATH."
        )
    return min(fitting, key=lambda each: each.major)


def server_major() -> int:
    """The major version of the server behind the portal's connection."""
    connection.ensure_connection()
    return int(connection.pg_version) // 10000  # type: ignore[attr-defined]


def dump(programs: Programs, *, snapshot: str) -> Iterator[bytes]:
    """Run pg_dump on an exported snapshot, and give what it writes piece by piece. Raises BackupError when it fails."""
    options = ["--format=custom", "--schema=public", "--no-owner", "--no-privileges", "--no-password"]
    with _Run(programs, "pg_dump", *options, f"--snapshot={snapshot}", f"--dbname={_address()}") as run:
        yield from chunks_of(run.output)
        run.require_success("The database could not be dumped")


def load(programs: Programs, source: IO[bytes], *, replace: bool) -> None:
    """Load a dump in one transaction: all of it, or the database stays as it was.

    The schema is dropped in that transaction; without ``replace`` only when nothing is in it, which the database itself
    checks. Waits ten seconds at most for somebody else's lock. Raises BackupError.
    """
    older = server_major() < programs.major
    before = f"SET lock_timeout = '{LOCK_SECONDS}s'; DROP SCHEMA public{' CASCADE' if replace else ''}"
    quiet = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--no-password"]
    into = ["--single-transaction", f"--command={before}", "--file=-", f"--dbname={_address()}"]
    plain = ["--file=-", "--no-owner", "--no-privileges", "--no-comments"]
    with _Run(programs, "pg_restore", *plain) as reader, _Run(programs, "psql", *quiet, *into) as writer:
        feeder = threading.Thread(target=reader.feed, args=[source], daemon=True)
        feeder.start()
        head = reader.output.read(HEAD)
        with suppress(BrokenPipeError):  # psql ended: its own words follow
            writer.input.write(head.replace(UNKNOWN_TO_OLDER_SERVERS, b"") if older else head)
            for chunk in chunks_of(reader.output):
                writer.input.write(chunk)
            # Only a dump that was read to its end may be committed.
            reader.require_success("The dump could not be read")
            writer.input.close()
        writer.require_success("The database could not be restored and stays as it was")
        feeder.join()


class _Run:
    """One running program with pipes at both ends, and what it said on standard error kept for a sentence."""

    def __init__(self, programs: Programs, name: str, *arguments: str) -> None:
        self._name = name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._process = subprocess.Popen(  # noqa: S603 - programs of PostgreSQL with arguments made here
            [programs.path(name), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, env=_environment(),
        )  # fmt: skip

    def __enter__(self) -> "_Run":
        return self

    def __exit__(self, *about: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()
        self._errors.close()

    @cached_property
    def input(self) -> IO[bytes]:
        """Its standard input."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        return self._process.stdin

    @cached_property
    def output(self) -> IO[bytes]:
        """Its standard output."""
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        return self._process.stdout

    def feed(self, source: IO[bytes]) -> None:
        """Write all of ``source`` to its standard input and close that; the program may end before."""
        with suppress(BrokenPipeError, ValueError):
            for chunk in chunks_of(source):
                self.input.write(chunk)
            self.input.close()

    def require_success(self, sentence: str) -> None:
        """Wait for its end. Raises BackupError with ``sentence`` and the program's first error when it failed."""
        if self._process.wait() == 0:
            return
        self._errors.seek(0)
        said = self._errors.read(10_000).decode(errors="replace").splitlines()
        reasons = (
            [line for line in said if "ERROR" in line or "error" in line or "FATAL" in line]
            or said
            or ["no reason given"]
        )
        raise BackupError(f"{sentence}: {reasons[0].strip()} ({self._name}, exit code {self._process.returncode}).")


def _places() -> list[Path]:
    places = [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep) if each]
    for pattern in USUAL_PLACES:
        places += sorted(Path("/").glob(pattern.lstrip("/")))
    return [place for place in dict.fromkeys(places) if all(os.access(place / name, os.X_OK) for name in NEEDED)]


def _major(place: Path) -> int:
    """The major version of the programs in a directory; 0 when they do not run."""
    try:
        done = subprocess.run(  # noqa: S603
            [place / "pg_dump", "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(version[1]) if version else 0


def _address() -> str:
    """How libpq reaches the portal's database, without the password, in words that older programs know as well."""
    known = connection.get_connection_params()
    return make_conninfo("", **{name: known[name] for name in ADDRESS if known.get(name)})


def _environment() -> dict[str, str]:
    """The password goes through the environment: arguments can be read by everybody on the machine."""
    password = str(connection.settings_dict.get("PASSWORD") or "")
    return {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}
