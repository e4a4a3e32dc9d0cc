"""Mail under faults at full size: ``python -m tests.faults.mail_figures``. Servers of its own, about ten minutes, loopback only.

Celery workers as production starts them, PostgreSQL that flushes its log, a real SMTP server as a process of its own. Prints a
table in Markdown for docs/reliability.md; ends with 1 when a promise is broken.
"""

# ruff: noqa: T201 - it prints

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from demo.data_dir import REPOSITORY
from demo.ports import LOOPBACK, free_port
from demo.postgres import Postgres
from demo.valkey import Valkey
from tests.faults.mail_machinery import broken, rows, settled, sweep, taken, verdict, workers

FLUSHED_MAILS, TROUBLED_MAILS = 200, 50
LEASE_SECONDS, SINK_DELAY, SMTP_TIMEOUT = 6, 0.02, 5
TROUBLES = {"later": "answers 4xx", "never": "answers 5xx", "reset": "resets the connection", "hang": "hangs 60 s"}


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
            from tests.faults.killed_workers import killed_workers

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


def flushed_broker(log: Path, directory: Path) -> None:
    """The broker forgets everything while mails are pending, and what it holds to tell the workers of them."""
    import redis
    from django.conf import settings

    before = len(taken(log))
    queue("flushed", FLUSHED_MAILS, together=False)
    broker = redis.Redis.from_url(settings.REDIS_URL)
    pending = sum(broker.llen(name) for name in ("celery", "mail"))
    broker.flushall()
    with workers(directory):
        sweep()  # as beat does every minute
        settled(lambda: not mails("flushed").exclude(status="sent").exists(), what="all mails after the flush")
    arrived = Counter(each["id"] for each in taken(log)[before:])
    lost, repeats = FLUSHED_MAILS - len(arrived), sum(arrived.values()) - len(arrived)
    verdict(
        f"broker flushed, {FLUSHED_MAILS} mails pending and {pending} messages that tell the workers of them",
        f"{lost} lost, {repeats} repeated", lost == 0 and repeats == 0 and pending > 0,
    )  # fmt: skip


def troubled_server(trouble: str, log: Path, directory: Path) -> None:
    """The server will not take 50 mails; 50 others were queued after them."""
    queue(trouble, TROUBLED_MAILS)
    queue(f"fine-{trouble}", TROUBLED_MAILS)
    with workers(directory):
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


def mails(who: str):
    """The mails queued under a name."""
    from notifications.models import OutgoingEmail

    return OutgoingEmail.objects.filter(reference=who)


if __name__ == "__main__":
    main()
