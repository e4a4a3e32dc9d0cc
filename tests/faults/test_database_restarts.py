"""PostgreSQL restarts while people work: they may see errors, and the data keeps every promise."""

import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import close_old_connections, connection, connections
from django.test import Client

from claims.enums import ClaimStatus
from claims.models import Claim
from cpor_portal.backup.archive import DATABASE, open_archive
from cpor_portal.backup.making import make_backup
from cpor_portal.backup.programs import find_programs, load
from cpor_portal.invariants.checking import check_invariants
from demo.postgres import USER, Postgres, postgres_programs
from demo.processes import end
from tests.backup.conftest import kept_in
from tests.factories import NOW
from tests.faults.mixed_work import prepare_work
from tests.faults.restarting import Answer, run_mix


class OfDjango:
    """A browser without a network: Django's test client, which drops a dead connection as a server does."""

    def __init__(self):
        self._client = Client(raise_request_exception=False)

    def get(self, path):
        return self._ask(lambda: self._client.get(path))

    def post(self, path, data, *, proof=None):
        files = {"proof": SimpleUploadedFile("Statement of Work.pdf", proof)} if proof else {}
        return self._ask(lambda: self._client.post(path, data | files))

    def _ask(self, request):
        close_old_connections()
        answer = request()
        return Answer(answer.status_code, answer.content.decode(errors="replace"), answer.headers.get("Location", ""))


@pytest.fixture
def own_server(transactional_db, settings, tmp_path, monkeypatch):
    """A PostgreSQL of this test alone, with the tables and what the migrations wrote; the portal uses it."""
    monkeypatch.setenv("PATH", str(postgres_programs()), prepend=":")
    settings.STORAGES = kept_in(tmp_path / "documents", settings)
    make_backup(tmp_path / "tables.tar", now=NOW, tell=str)
    directory = Path(tempfile.mkdtemp(prefix="portal-restarts-"))  # short: the socket's path may not be long
    server = Postgres(directory / "data", directory / "log")  # one that keeps what it committed
    usual = dict(connection.settings_dict)
    try:
        server.ensure_running()
        server.ensure_database("portal")
        connection.close()
        connection.settings_dict.update(HOST=str(directory / "data"), NAME="portal", USER=USER)
        with open_archive(tmp_path / "tables.tar") as archive, archive.open(DATABASE) as dump:
            load(find_programs(at_least=18), dump, replace=False)
        yield server
    finally:
        connection.close()
        connection.settings_dict.update(usual)
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.mark.concurrency
def test_restarts_during_mixed_requests_cost_errors_and_no_promise(own_server, caplog):
    def restart(number):
        crash = number % 2 == 1
        end(own_server._find(), signals=((signal.SIGQUIT if crash else signal.SIGINT, 10.0),))
        own_server.ensure_running()

    stories = prepare_work(partners=2, decisions=2, denials=2)
    caplog.set_level("CRITICAL")
    tally = run_mix(
        stories, browser=OfDjango, threads=3, restart=restart, restarts=2, about=40, leave=connections.close_all
    )
    close_old_connections()
    assert tally.statuses["5xx"] > 0, "the restarts were not noticed"
    assert tally.stories["ended well"] >= len(stories) // 2, tally
    assert Claim.objects.filter(status=ClaimStatus.APPROVED).exists()
    assert Claim.objects.filter(status=ClaimStatus.CONSENT_DENIED).exists()
    assert check_invariants(now=NOW, settled=True, checksums=True) == []
