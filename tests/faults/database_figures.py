"""PostgreSQL restarted under 200 mixed requests, and a dump restored elsewhere: ``python -m tests.faults.database_figures``.

Starts servers and a web process of its own in a temporary directory, prints a table for docs/reliability.md, and ends
with 1 when a promise is broken. Takes some minutes. Loopback only.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil
import requests

from demo.data_dir import REPOSITORY
from demo.embedded import EmbeddedServers
from demo.ports import free_port
from demo.processes import end
from tests.faults.portal_process import GIVEN, Portal, running_portal
from tests.faults.restarting import Answer, Tally, run_mix

THREADS = 4
RESTARTS = 5
REQUESTS = 200
LARGE_FILES = 20
LARGE_BYTES = 20 * 1024 * 1024


class OverHttp:
    """A browser with cookies of its own."""

    def __init__(self, site: str) -> None:
        self._site, self._session = site, requests.Session()

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, data: dict[str, Any], *, proof: bytes | None = None) -> Answer:
        files = {"proof": ("Statement of Work.pdf", proof, "application/pdf")} if proof else None
        headers = {"X-CSRFToken": self._session.cookies.get("csrftoken", "")}
        return self._ask("POST", path, data=data, files=files, headers=headers)

    def _ask(self, method: str, path: str, **options: Any) -> Answer:
        try:
            answer = self._session.request(method, self._site + path, allow_redirects=False, timeout=30, **options)
        except requests.RequestException:
            return Answer(0)
        return Answer(answer.status_code, answer.text, answer.headers.get("Location", ""))


@dataclass
class Figures:
    """What was measured."""

    tally: Tally
    stops: list[float]
    statuses: dict[str, int]
    broken: list[str]
    rows: int
    documents: int
    archive_mb: float
    backup_seconds: float
    backup_peak_mb: float
    restore_seconds: float
    restore_peak_mb: float
    restored: str


def main() -> int:
    """Run both parts and print the table; 1 when a promise is broken."""
    with running_portal(smtp_port=free_port(), log_level="CRITICAL") as portal:
        figures = measure(portal)
    sys.stdout.write(table(figures) + "\n")
    return 0 if is_kept(figures) else 1


def is_kept(figures: Figures) -> bool:
    """Whether the promise was kept: everybody came to an end, nothing is broken, and the restore brought all back."""
    tally = figures.tally
    everybody = (
        tally.stories.total() > 0 and tally.stories["ended well"] == tally.stories.total() and not tally.unexpected
    )
    sound = not figures.broken and "equal in number and checksum" in figures.restored
    return everybody and sound and tally.requests >= REQUESTS and len(figures.stops) == RESTARTS


def measure(portal: Portal) -> Figures:
    """The mix of requests with restarts, then backup and restore of what it left."""
    from django.db import connections
    from django.db.models import Count
    from django.utils import timezone

    from claims.models import Claim, Document
    from cpor_portal.backup.making import count_rows
    from cpor_portal.invariants.checking import check_invariants
    from cpor_portal.invariants.telling import tell_broken
    from tests.faults.mixed_work import prepare_work

    stories = prepare_work(partners=9, decisions=10, denials=10)
    connections.close_all()
    stops: list[float] = []
    tally = run_mix(
        stories,
        browser=lambda: OverHttp(portal.site),
        threads=THREADS,
        restart=lambda number: stops.append(_restart(portal.servers, crash=number % 2 == 1)),
        restarts=RESTARTS,
        about=REQUESTS,
    )
    broken = tell_broken(check_invariants(now=timezone.now(), settled=True, checksums=True))
    statuses = dict(Claim.objects.order_by("status").values_list("status").annotate(Count("pk")))
    _add_large_documents()
    rows, documents = sum(count_rows().values()), Document.objects.count()
    connections.close_all()
    target = portal.directory / "backup.tar"
    started = time.monotonic()
    _, peak = _manage({}, "backup", str(target))
    backup_seconds = time.monotonic() - started
    started = time.monotonic()
    elsewhere = dict.fromkeys(GIVEN, "") | {"PORTAL_DATA_DIR": str(portal.directory / "restored")}
    restored, restore_peak = _manage(elsewhere, "restore", str(target))
    return Figures(
        tally, stops, statuses, broken, rows, documents, target.stat().st_size / 1024 / 1024,
        backup_seconds, peak, time.monotonic() - started, restore_peak, restored.strip().splitlines()[-1],
    )  # fmt: skip


def table(figures: Figures) -> str:
    """The figures as rows of a Markdown table, and below it what was unexpected."""
    tally = figures.tally
    answers = ", ".join(f"{number} × {kind}" for kind, number in sorted(tally.statuses.items()))
    claims = ", ".join(f"{number} {status.replace('_', ' ')}" for status, number in figures.statuses.items())
    stops = ", ".join(f"{seconds:.1f}" for seconds in figures.stops)
    rows = [
        ("mixed requests, from 4 threads", f"{tally.requests}: {answers}"),
        ("restarts meanwhile, in turn asked to stop and made to crash", f"{len(figures.stops)}, away for {stops} s"),
        (
            "people who came to their end, repeating what failed",
            f"{tally.stories['ended well']} of {tally.stories.total()}",
        ),
        ("claims afterwards", claims),
        ("broken invariants afterwards", str(len(figures.broken))),
        ("backed up", f"{figures.rows:,} rows, {figures.documents} documents, {figures.archive_mb:,.0f} MB"),
        ("backup", f"{figures.backup_seconds:.0f} s, at most {figures.backup_peak_mb:.0f} MB of memory"),
        (
            "restore into an empty server, with all checks",
            f"{figures.restore_seconds:.0f} s, at most {figures.restore_peak_mb:.0f} MB of memory",
        ),
        ("what the restore said", figures.restored),
    ]
    lines = ["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)]
    return "\n".join([*lines, "", *figures.broken, *tally.unexpected])


def _restart(servers: EmbeddedServers, *, crash: bool) -> float:
    """Stop PostgreSQL, as an administrator or as a crash would, start it, and say how long it was away."""
    started = time.monotonic()
    process = servers.postgres._find()
    assert process is not None
    end(process, signals=((signal.SIGQUIT if crash else signal.SIGINT, 20.0),))
    servers.postgres.ensure_running()
    return time.monotonic() - started


def _add_large_documents() -> None:
    """So much that a backup that held files in memory, or all of it, would show."""
    from django.core.files.base import ContentFile

    from cpor_portal.backup.archive import measured
    from tests.factories import ClaimFactory, DocumentFactory

    claim = ClaimFactory()
    for _ in range(LARGE_FILES):
        content = os.urandom(LARGE_BYTES)
        size, sha256 = measured([content])
        DocumentFactory(claim=claim, file=ContentFile(content, name="large.pdf"), size=size, sha256=sha256)
    from claims.enums import ClaimAction
    from claims.history import record_event
    from tests.factories import NOW, partner_actor

    record_event(claim, ClaimAction.CREATE, actor=partner_actor(claim), now=NOW, to_status=claim.status)


def _manage(environment: dict[str, str], *arguments: str) -> tuple[str, float]:
    """Run a command; return what it said, and the most memory it was seen with, in megabytes.

    Looked at from outside: what the kernel counts for a child begins with the size of the process that made it.
    """
    with tempfile.TemporaryFile("w+") as said:
        process = psutil.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY, env=os.environ | environment, stdout=said, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        peak = 0
        while process.poll() is None:
            with suppress(psutil.Error):
                if "manage.py" in process.cmdline():
                    peak = max(peak, process.memory_info().rss)
            time.sleep(0.02)
        said.seek(0)
        return said.read(), peak / 1024 / 1024


if __name__ == "__main__":
    sys.exit(main())
