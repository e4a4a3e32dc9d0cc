"""The whole demo as a person starts it: slow, once through."""

import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from demo.data_dir import REPOSITORY, DataDir
from demo.ports import free_port
from demo.processes import command_line
from demo.sample_data.stories import STORIES
from tests.demo.conftest import Manage
from tests.support.processes import answers, processes_mentioning

COUNT_CLAIMS = "from claims.models import Claim; print(Claim.objects.count())"

pytestmark = pytest.mark.journey


class Run:
    """One `manage.py demo`, ready."""

    def __init__(self, environment: dict[str, str], data: DataDir, *, port: int | None = None) -> None:
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.data = data
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=REPOSITORY, env={**environment, "PORT": str(self.port), "PORTAL_DEMO_CLAIMS": "2"},  # all are loaded in tests/demo/sample
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.said: list[str] = []

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith("Logs:"):
                return
        raise AssertionError("".join(self.said))

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.said.append(rest)
        return self.process.returncode

    def page(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return answer.read().decode()

    def child(self, piece: str) -> psutil.Process:
        return next(one for one in processes_mentioning(str(self.data.root)) if piece in " ".join(command_line(one)))


@contextmanager
def demo(environment: dict[str, str], data: DataDir, *, port: int | None = None) -> Iterator[Run]:
    run = Run(environment, data, port=port)
    try:
        run.wait_until_ready()
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
        run.process.wait()
        if run.process.stdout is not None:
            run.process.stdout.close()


@pytest.mark.long(200)
def test_the_demo_runs_survives_a_kill_keeps_its_data_and_leaves_nothing(
    bare_environment: dict[str, str], data_dir: DataDir, manage: Manage
) -> None:
    with demo(bare_environment, data_dir) as run:
        said = "".join(run.said)
        assert run.address in said
        assert "ola.demmo@fabrikam.example" in said
        assert "cpor-demo" in said
        assert answers(f"{run.address}/healthz") == 200
        assert "cpor-demo" in run.page("/accounts/login/")
        assert "Mailbox of the demo" in run.page("/demo/mailbox/")
        assert "already runs" in manage("demo", PORT=str(free_port())).stderr
        claims = int(manage("shell", "--no-imports", "-c", COUNT_CLAIMS).stdout)
        assert claims == 2 + len(STORIES)
        run.process.kill()
        run.process.wait()
        assert answers(f"{run.address}/healthz") == 200

    with demo(bare_environment, data_dir, port=run.port) as again:
        assert answers(f"{again.address}/readyz?for=web") == 200
        assert int(manage("shell", "--no-imports", "-c", COUNT_CLAIMS).stdout) == claims
        assert again.stop(signal.SIGINT) == 0
        assert processes_mentioning(str(data_dir.root)) == []

    with demo(bare_environment, data_dir) as run:
        run.child("cpor_portal worker").kill()
        said, _ = run.process.communicate(timeout=60)
        assert "The worker ended by itself" in said
        assert str(data_dir.logs / "worker.log") in said
        assert run.process.returncode != 0
        assert processes_mentioning(str(data_dir.root)) == []
