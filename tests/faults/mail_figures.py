"""Mail under faults at full size: ``python -m tests.faults.mail_figures``. Servers of its own, about ten minutes, loopback only.

A real Celery worker with two children, PostgreSQL that flushes its log, a real SMTP server as a process of its own. Prints a
table in Markdown for docs/reliability.md; ends with 1 when a promise is broken.
"""

# ruff: noqa: T201 - it prints

import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from demo.data_dir import REPOSITORY
from demo.ports import LOOPBACK, free_port
from demo.postgres import Postgres
from demo.valkey import Valkey

KILLS, KILLED_MAILS, FLUSHED_MAILS, TROUBLED_MAILS = 20, 500, 200, 50
LEASE_SECONDS, SINK_DELAY, SMTP_TIMEOUT = 6, 0.02, 5
MOST_SECONDS = 900
TROUBLES = {"later": "answers 4xx", "never": "answers 5xx", "reset": "resets the connection", "hang": "hangs 60 s"}
rows: list[str] = []
broken: list[str] = []


def main() -> None:
    """Start everything, run the faults one after the other, or those that are named, and print the table."""
    wanted = set(sys.argv[1:] or ["kills", "flush", *TROUBLES])
    directory = Path(tempfile.mkdtemp(prefix="portal-mail-figures-")).resolve()
    postgres = Postgres(directory / "postgres", directory / "postgres.log")
    valkey = Valkey(directory / "valkey", directory / "valkey.log")
    port, log = free_port(), directory / "taken.jsonl"
    log.touch()
    command = [sys.executable, "-m", "tests.faults.troubled_smtp", str(port), str(log), str(SINK_DELAY)]
    sink = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=REPOSITORY)
    try:
        postgres.ensure_running()
        valkey.ensure_running()
        os.environ.update(
            DATABASE_URL=postgres.url("postgres"), REDIS_URL=valkey.url(0), EMAIL_URL=f"smtp://{LOOPBACK}:{port}",
            EMAIL_TIMEOUT=str(SMTP_TIMEOUT), SECRET_KEY=secrets.token_urlsafe(50), PORTAL_DATA_DIR=str(directory),
            DJANGO_SETTINGS_MODULE="cpor_portal.settings", LOG_LEVEL="WARNING", MAIL_LEASE_SECONDS=str(LEASE_SECONDS),
        )  # fmt: skip
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        if "kills" in wanted:
            killed_workers(log, directory)
        os.environ["MAIL_LEASE_SECONDS"] = "600"
        if "flush" in wanted:
            flushed_broker(log, directory)
        for trouble in TROUBLES.keys() & wanted:
            troubled_server(trouble, log, directory)
    finally:
        sink.communicate()
        valkey.stop()
        postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)
    print("\n| fault | what happened |\n|---|---|\n" + "\n".join(rows))
    sys.exit("; ".join(broken) if broken else 0)


def killed_workers(log: Path, directory: Path) -> None:
    """(a) kill -9 of the whole worker group, again and again, while mails with a secret link go out."""
    queue("customer", KILLED_MAILS)
    began, kills = time.monotonic(), 0
    while kills < KILLS and time.monotonic() - began < MOST_SECONDS:
        with worker(directory) as group:
            wanted = len(taken(log)) + random.randint(3, KILLED_MAILS // KILLS - 2)
            for _ in range(2):
                sweep()
            while len(taken(log)) < wanted and time.monotonic() - began < MOST_SECONDS:
                time.sleep(0.02)
                sweep_now_and_then()
            os.killpg(group.pid, signal.SIGKILL)
            kills += 1
    with worker(directory):
        settled(lambda: not mails().exclude(status="sent").exists(), what="all mails sent after the last kill")
        settled(lambda: told_of(mails()) == KILLED_MAILS, what="all mails told")
    arrived = taken(log)
    ids, links = Counter(each["id"] for each in arrived), {}
    for each in arrived:
        links.setdefault(each["id"], set()).add(each["link"])
    lost = KILLED_MAILS - len(ids)
    repeats = sum(count - 1 for count in ids.values())
    changed = sum(len(link) != 1 for link in links.values())
    told = told_of(mails())
    verdict(
        f"kill -9 of the worker group {kills} times, {KILLED_MAILS} mails with a link",
        f"{lost} lost, {repeats} repeated, {changed} repeats with another Message-ID or link, {told} told as sent once",
        lost == 0 and kills == KILLS and repeats <= kills and changed == 0 and told == KILLED_MAILS,
    )


def flushed_broker(log: Path, directory: Path) -> None:
    """(b) the broker forgets everything while messages to the worker are pending."""
    import redis
    from django.conf import settings

    before = len(taken(log))
    queue("flushed", FLUSHED_MAILS, together=False)
    broker = redis.Redis.from_url(settings.REDIS_URL)
    pending = broker.llen("celery")
    broker.flushall()
    with worker(directory):
        sweep()  # as beat does every minute
        settled(lambda: not mails("flushed").exclude(status="sent").exists(), what="all mails after the flush")
    arrived = Counter(each["id"] for each in taken(log)[before:])
    lost, repeats = FLUSHED_MAILS - len(arrived), sum(arrived.values()) - len(arrived)
    verdict(
        f"broker flushed, {pending} messages to the worker and {FLUSHED_MAILS} mails pending",
        f"{lost} lost, {repeats} repeated", lost == 0 and repeats == 0 and pending >= FLUSHED_MAILS,
    )  # fmt: skip


def troubled_server(trouble: str, log: Path, directory: Path) -> None:
    """(c) the server will not take 50 mails; 50 others were queued after them."""
    queue(trouble, TROUBLED_MAILS)
    queue(f"fine-{trouble}", TROUBLED_MAILS)
    with worker(directory):
        ready = time.monotonic()
        sweep()
        settled(lambda: not mails(f"fine-{trouble}").exclude(status="sent").exists(), what=f"the others, {trouble}")
        others = time.monotonic() - ready
        wanted = "failed" if trouble == "never" else "queued"
        settled(lambda: not mails(trouble).filter(attempts=0).exists(), what="a try of each", seconds=400)
        all_tried = time.monotonic() - ready
        queue(f"after-{trouble}", 1)
        sweep()
        settled(lambda: mails(f"after-{trouble}").get().status == "sent", what="a mail afterwards", seconds=30)
    mails(trouble).filter(status="leased").update(status="queued", leased_until=None, attempt_started_at=None)
    tried = mails(trouble).filter(attempts__gt=0).count()
    as_designed = (
        not mails(trouble).exclude(status=wanted).exists() and not mails(trouble).filter(mishaps__gt=0).exists()
    )
    verdict(
        f"SMTP {TROUBLES[trouble]}: {TROUBLED_MAILS} mails, {TROUBLED_MAILS} others queued after them",
        f"{tried} tried and {wanted}, the last of them after {all_tried:.0f} s; the others had left after {others:.0f} s; "
        "a mail queued after all that left at once",
        as_designed and tried == TROUBLED_MAILS and others < 4 * SMTP_TIMEOUT,
    )
    mails(trouble).filter(status="queued").update(status="withheld")


def queue(who: str, count: int, *, together: bool = True) -> None:
    """Queue mails with a secret link each, in one transaction or in as many."""
    from django.db import transaction
    from django.utils import timezone

    from notifications.outbox import enqueue

    def one(number: int) -> None:
        link = f"https://portal.example/consent/{secrets.token_urlsafe(32)}/"
        enqueue(
            kind="figures.mail", to=[f"{who}{number}@x.example"], subject="Consent", text=f"Answer here: {link}\n",
            html=f"<p>Answer <a href='{link}'>here</a></p>", reference=who, dedupe_key=f"{who}-{number}",
            now=timezone.now(), sensitive=True,
        )  # fmt: skip

    if together:
        with transaction.atomic():
            for number in range(count):
                one(number)
        return
    for number in range(count):
        with transaction.atomic():
            one(number)


def mails(who: str = "customer"):
    """The mails queued under a name."""
    from notifications.models import OutgoingEmail

    return OutgoingEmail.objects.filter(reference=who)


def told_of(sent) -> int:
    """Of how many mails it was told exactly once that they are sent."""
    from notifications.models import MailFate

    fates = Counter(
        MailFate.objects.filter(mail__in=sent, fate="sent").exclude(told_at=None).values_list("mail", flat=True)
    )
    return sum(count == 1 for count in fates.values())


def taken(log: Path) -> list[dict[str, str]]:
    """What the mail server took so far."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]


@contextmanager
def worker(directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with two children in a group of their own; ready within the block, gone after it."""
    log = directory / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "cpor_portal", "worker", "-c", "2", "--loglevel", "INFO"]
    with log.open("wb") as output:
        group = subprocess.Popen(
            [*command, "--without-mingle", "--without-gossip"], stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            cwd=REPOSITORY, env={**os.environ, "LOG_LEVEL": "INFO"}, start_new_session=True,
        )  # fmt: skip
    try:
        settled(lambda: " ready" in log.read_text() or group.poll() is not None, what="the worker")
        yield group
    finally:
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(group.pid, signal.SIGTERM)
            group.wait(60)
        with suppress(ProcessLookupError):
            os.killpg(group.pid, signal.SIGKILL)
        group.wait()


class _Beat:
    """When the last sweep was asked for."""

    at = 0.0


def sweep() -> None:
    """What beat does every minute."""
    from notifications.tasks import send_queued_mail, tell_fates

    _Beat.at = time.monotonic()
    send_queued_mail.delay()
    tell_fates.delay()


def sweep_now_and_then() -> None:
    """Sweep every two seconds, so that leases that ran out are taken up without waiting for the minute."""
    if time.monotonic() - _Beat.at > 2:
        sweep()


def settled(condition: Callable[[], object], *, what: str, seconds: float = 180) -> None:
    """Wait for something, sweeping as beat does, or give up."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            sys.exit(f"{what} did not come within {seconds:.0f} seconds")
        time.sleep(0.1)
        if what != "the worker":
            sweep_now_and_then()


def verdict(fault: str, happened: str, kept: bool) -> None:
    """Note a row of the table, and whether the promise was kept."""
    rows.append(f"| {fault} | {happened} |")
    print(rows[-1], flush=True)
    if not kept:
        broken.append(fault)


if __name__ == "__main__":
    main()
