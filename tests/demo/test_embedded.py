import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from demo.data_dir import REPOSITORY, DataDir
from demo.embedded import EmbeddedServers
from demo.postgres import Postgres
from demo.processes import running
from tests.support.processes import processes_mentioning, wait_until

HOLD = """
import sys
from pathlib import Path
from demo.data_dir import DataDir
from demo.embedded import EmbeddedServers
servers = EmbeddedServers(DataDir(Path(sys.argv[1])))
servers.postgres.durable = False
servers.attach()
print("attached", flush=True)
sys.stdin.read()
"""


def holder(data: DataDir) -> "subprocess.Popen[str]":
    """Another process that uses the servers until its input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data.root)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "attached\n"
    return process


def hasty_servers(data: DataDir) -> EmbeddedServers:
    """The servers, quicker to start because they never wait for the disk."""
    servers = EmbeddedServers(data)
    servers.postgres.durable = False
    return servers


def query(postgres: Postgres, statement: str) -> list[tuple[object, ...]]:
    host = str(postgres._socket_directory())
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_the_servers_start_once_and_end_with_their_last_user(data_dir: DataDir) -> None:
    other = holder(data_dir)
    first_pid = (data_dir.postgres / "postmaster.pid").read_text().splitlines()[0]
    heard: list[str] = []
    servers = hasty_servers(data_dir)
    servers.attach(tell=heard.append)
    assert heard == []
    assert (data_dir.postgres / "postmaster.pid").read_text().splitlines()[0] == first_pid
    assert servers.leave() is False
    assert servers.postgres.is_running()
    assert servers.valkey.answers()
    other.communicate()
    assert not servers.postgres.is_running()
    assert not servers.valkey.is_running()
    assert processes_mentioning(str(data_dir.root)) == []


def test_a_killed_user_does_not_count(data_dir: DataDir) -> None:
    other = holder(data_dir)
    other.kill()
    other.wait()
    servers = hasty_servers(data_dir)
    servers.attach()
    assert servers.leave() is True
    assert processes_mentioning(str(data_dir.root)) == []


def test_killed_servers_start_again_with_their_data(data_dir: DataDir) -> None:
    servers = EmbeddedServers(data_dir)
    servers.attach()
    query(servers.postgres, "CREATE TABLE kept AS SELECT 7 AS number")
    for process in (servers.postgres._find(), servers.valkey._find()):
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        wait_until(lambda pid=process.pid: running(pid) is None)
    assert servers.died() is not None
    again = hasty_servers(data_dir)
    again.attach()
    assert query(again.postgres, "SELECT number FROM kept") == [(7,)]
    assert again.valkey.answers()
    servers.leave()
    assert again.leave() is True


def test_a_foreign_process_under_the_old_id_is_not_taken_for_the_server(data_dir: DataDir) -> None:
    servers = hasty_servers(data_dir)
    servers.attach()
    servers.leave()
    lines = [os.getpid(), data_dir.postgres, 1, 5432, data_dir.postgres, "", "1 1", "ready"]
    (data_dir.postgres / "postmaster.pid").write_text("\n".join(map(str, lines)))
    (data_dir.valkey / "pid").write_text(str(os.getpid()))
    assert not servers.postgres.is_running()
    assert not servers.valkey.is_running()
    servers.attach()
    assert query(servers.postgres, "SELECT 1") == [(1,)]
    assert servers.leave() is True


@pytest.mark.parametrize("name", ["my data + more", "d" * 120])
def test_postgres_bears_blanks_and_long_paths(data_dir: DataDir, name: str) -> None:
    directory = data_dir.root / name
    directory.mkdir()
    postgres = Postgres(directory / "postgres", directory / "postgres.log", durable=False)
    postgres.ensure_running()
    socket_directory = postgres._socket_directory()
    assert query(postgres, "SHOW data_directory") == [(str(directory / "postgres"),)]
    postgres.stop()
    assert not postgres.is_running()
    if socket_directory != postgres.directory:
        assert not Path(str(socket_directory)).exists()


def test_the_servers_listen_to_nobody_without_permission(data_dir: DataDir) -> None:
    servers = hasty_servers(data_dir)
    servers.attach()
    assert query(servers.postgres, "SHOW listen_addresses") == [("",)]
    assert data_dir.postgres.stat().st_mode & 0o077 == 0
    assert data_dir.valkey.stat().st_mode & 0o077 == 0
    assert "requirepass" in (data_dir.valkey / "valkey.conf").read_text()
    servers.leave()


def test_the_secret_key_is_kept_and_private(data_dir: DataDir) -> None:
    key = data_dir.secret_key()
    assert data_dir.secret_key() == key
    assert len(key) > 60
    assert (data_dir.root / "secret-key").stat().st_mode & 0o777 == 0o600
