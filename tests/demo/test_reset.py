import pytest

from demo.data_dir import DataDir
from demo.embedded import EmbeddedServers
from demo.locks import FileLock
from demo.reset import reset
from tests.support.processes import processes_mentioning


def test_it_deletes_what_the_demo_keeps_and_nothing_else(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    data_dir.create()
    data_dir.secret_key()
    mine = data_dir.root / "my notes.txt"
    mine.write_text("keep")
    assert reset(data_dir) == 0
    assert list(data_dir.root.iterdir()) == [mine]
    said = capsys.readouterr().out
    assert "secret-key" in said
    assert "notes" not in said


def test_it_refuses_while_a_demo_runs(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    data_dir.create()
    running = FileLock(data_dir.run / "demo.lock")
    running.take(alone=True, wait=False)
    assert reset(data_dir) == 2
    running.leave()
    assert "already runs" in capsys.readouterr().err
    assert data_dir.logs.exists()


def test_it_refuses_while_a_command_uses_the_servers(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    data_dir.create()
    user = FileLock(data_dir.run / "servers.users")
    user.take(alone=False, wait=False)
    assert reset(data_dir) == 2
    user.leave()
    assert "Another command" in capsys.readouterr().err


def test_it_ends_servers_that_a_killed_command_left(data_dir: DataDir) -> None:
    servers = EmbeddedServers(data_dir)
    servers.postgres.durable = False
    servers.attach()
    servers._users.leave()  # as the kernel does for a killed process
    assert reset(data_dir) == 0
    assert processes_mentioning(str(data_dir.root)) == []
    assert list(data_dir.root.iterdir()) == []
