"""The broker away for a minute while 100 claims are submitted: ``python -m tests.faults.broker_figures``. Loopback only.

A real web process, worker, beat and mail server. Prints a row for docs/reliability.md; ends with 1 when a promise is broken.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from demo.children import beat, stop_all, worker
from demo.data_dir import REPOSITORY
from demo.ports import free_port
from tests.faults.portal_process import Portal, running_portal

CLAIMS, AWAY_SECONDS, THREADS, AFTERWARDS = 100, 60.0, 4, 60.0


def main() -> int:
    """Measure, and say whether everything held."""
    log = Path(tempfile.mkstemp(prefix="portal-taken-")[1])
    port = free_port()
    command = [sys.executable, "-m", "tests.faults.troubled_smtp", str(port), str(log), "0"]
    sink = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=REPOSITORY)
    try:
        with running_portal(smtp_port=port) as portal:
            return measure(portal, log)
    finally:
        sink.communicate()
        log.unlink()


def measure(portal: Portal, log: Path) -> int:
    """Submit while the broker is away, bring it back, and wait for the mail."""
    claims = _prepare()
    children = [worker(portal.servers.data), beat(portal.servers.data)]
    for child in children:
        child.start()
    time.sleep(15)  # both have found the broker
    try:
        portal.servers.valkey.stop()
        began = time.monotonic()
        with ThreadPoolExecutor(THREADS) as pool:
            gap = AWAY_SECONDS / CLAIMS
            asked = [
                pool.submit(_submit, portal.site, *claim, at=began + number * gap)
                for number, claim in enumerate(claims)
            ]
            answers = [each.result() for each in asked]
        time.sleep(max(AWAY_SECONDS - (time.monotonic() - began), 0))
        expected = 2 * CLAIMS
        before = len(_taken(log))
        portal.servers.valkey.ensure_running()
        back = time.monotonic()
        while len(_taken(log)) < expected and time.monotonic() - back < 3 * AFTERWARDS:
            time.sleep(0.1)
        waited = time.monotonic() - back
    finally:
        stop_all(children)
    return _report(answers, before=before, waited=waited, taken=_taken(log), expected=expected)


def _prepare() -> list[tuple[int, str]]:
    """Claims in Editing with proof, each with the session of whoever made it."""
    from django.db import connections
    from django.test import Client

    from tests.factories import DocumentFactory

    ready = []
    for _ in range(CLAIMS):
        claim = DocumentFactory().claim
        client = Client()
        client.force_login(claim.created_by)
        ready.append((claim.pk, client.cookies["sessionid"].value))
    connections.close_all()
    return ready


def _submit(site: str, claim: int, session: str, *, at: float) -> tuple[int, float]:
    """Submit one claim as a browser does, when its time has come; status and seconds."""
    time.sleep(max(at - time.monotonic(), 0))
    key = "k" * 32
    address = f"{site}/incentives/customer-associations/{claim}/submit/"
    started = time.monotonic()
    answer = requests.post(
        address, data={"confirm": "1"}, headers={"X-CSRFToken": key}, allow_redirects=False, timeout=60,
        cookies={"sessionid": session, "csrftoken": key},
    )  # fmt: skip
    return answer.status_code, time.monotonic() - started


def _taken(log: Path) -> list[str]:
    return [json.loads(line)["id"] for line in log.read_text().splitlines() if line.endswith("}")]


def _report(answers: list[tuple[int, float]], *, before: int, waited: float, taken: list[str], expected: int) -> int:
    from claims.models import Claim

    seconds = sorted(each for _, each in answers)
    p95 = statistics.quantiles(seconds, n=20)[-1]
    answered = sum(status == 302 for status, _ in answers)
    submitted = Claim.objects.filter(status="submitted").count()
    repeats = len(taken) - len(set(taken))
    sys.stdout.write(
        f"| broker stopped {AWAY_SECONDS:.0f} s while {CLAIMS} claims are submitted over HTTP | {answered} answered, "
        f"{submitted} submitted, p50 {statistics.median(seconds):.2f} s, p95 {p95:.2f} s; {before} of {expected} mails had left before, "
        f"all {len(set(taken))} within {waited:.0f} s of its return, {repeats} repeated |\n"
    )
    kept = answered == submitted == CLAIMS and p95 < 1 and len(set(taken)) == expected and waited <= AFTERWARDS
    return 0 if kept else 1


if __name__ == "__main__":
    os.chdir(REPOSITORY)
    sys.exit(main())
