import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from demo.data_dir import REPOSITORY, DataDir
from demo.locks import FileLock
from tests.demo.conftest import Manage
from tests.support.processes import processes_mentioning, wait_until

ASK = "from django.db import connection; connection.ensure_connection(); print(connection.settings_dict['HOST'])"


def test_a_command_starts_the_servers_and_leaves_nothing(manage: Manage, data_dir: DataDir) -> None:
    done = manage("shell", "--no-imports", "-c", ASK)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(data_dir.postgres)
    assert processes_mentioning(str(data_dir.root)) == []


def test_a_command_told_to_end_leaves_nothing(bare_environment: dict[str, str], data_dir: DataDir) -> None:
    code = "print('here', flush=True); import time; time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=REPOSITORY, env=bare_environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 128 + signal.SIGTERM
    wait_until(lambda: processes_mentioning(str(data_dir.root)) == [], what="the end of the servers")


@pytest.mark.parametrize("arguments", [["--version"], ["migrate", "--help"]])
def test_help_starts_no_server(manage: Manage, data_dir: DataDir, arguments: list[str]) -> None:
    done = manage(*arguments)
    assert done.returncode == 0, done.stderr
    assert list(data_dir.root.iterdir()) == []


def test_a_named_database_is_used_as_it_is(manage: Manage, data_dir: DataDir) -> None:
    done = manage("diffsettings", DATABASE_URL="postgresql://me@db.example/portal", SECRET_KEY="x" * 50)
    assert "'HOST': 'db.example'" in done.stdout
    assert list(data_dir.root.iterdir()) == []


def test_without_the_demo_and_without_a_database_one_sentence_says_so(
    bare_environment: dict[str, str], tmp_path: Path
) -> None:
    shutil.copy(REPOSITORY / "manage.py", tmp_path)
    done = subprocess.run(
        [sys.executable, "-S", "manage.py", "migrate"],  # -S: no installed packages either
        cwd=tmp_path, env=bare_environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "DATABASE_URL is not set" in done.stderr


def test_a_port_in_use_gets_one_sentence_before_anything_is_started(manage: Manage, data_dir: DataDir) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        done = manage("demo", PORT=port)
    assert done.returncode == 2
    assert done.stderr == f"Port {port} is in use: name another one, as in `PORT=8001 make demo`.\n"
    assert not data_dir.postgres.exists()


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_gets_one_sentence(manage: Manage, port: str) -> None:
    done = manage("demo", PORT=port)
    assert done.returncode == 2
    assert done.stderr == f"PORT is '{port}'; it must be a number from 1 to 65535.\n"


def test_a_number_of_claims_that_is_none_gets_one_sentence(manage: Manage, data_dir: DataDir) -> None:
    done = manage("demo", PORTAL_DEMO_CLAIMS="few")
    assert done.returncode == 2
    assert done.stderr == "PORTAL_DEMO_CLAIMS is 'few'; it must be a number, such as 100.\n"
    assert not data_dir.postgres.exists()


def test_the_demo_refuses_a_database_that_is_not_its_own(manage: Manage) -> None:
    done = manage("demo", DATABASE_URL="postgresql://me@db.example/portal")
    assert done.returncode == 2
    assert "DATABASE_URL is set" in done.stderr


def test_a_second_demo_on_the_same_data_is_refused(manage: Manage, data_dir: DataDir) -> None:
    data_dir.create()
    first = FileLock(data_dir.run / "demo.lock")
    first.take(alone=True, wait=False)
    done = manage("demo")
    first.leave()
    assert done.returncode == 2
    assert "already runs" in done.stderr
    assert not data_dir.postgres.exists()
