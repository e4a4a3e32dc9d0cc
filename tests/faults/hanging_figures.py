"""A hanging mail server at production's pace: ``python -m tests.faults.hanging_figures``. About eight minutes, loopback only.

Servers of its own, real Celery workers, the time limits of production. The mail server takes connections and says nothing,
while mail is queued all the time and beat's rows are asked for; then it is well again. Prints a table in Markdown for
docs/reliability.md; ends with 1 when a promise is broken.
"""

# ruff: noqa: T201 - it prints

import os
import secrets
import shutil
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from demo.ports import LOOPBACK, free_port
from demo.postgres import Postgres
from demo.valkey import Valkey
from tests.faults.mail_machinery import running_workers
from tests.faults.troubled_smtp import TroubledSmtp
from tests.support.processes import wait_until

HANGS_SECONDS, SWEEP_EVERY, MAIL_EVERY, QUEUE_EVERY = 180, 5, 60, 0.5
MOST_SECONDS = 5  # a sweep counts as on time when it is done so long after it was asked for
MOST_SECONDS_AFTERWARDS = 180
SETUPS = {
    "one worker with two children": [("both", "2")],
    "a worker for mail with one child, one for the rest with two": [("mail", "1"), ("celery", "2")],
}
rows: list[str] = []
broken: list[str] = []


def main() -> None:
    """Start everything, let the mail server hang under each way to start the workers, and print the table."""
    directory = Path(tempfile.mkdtemp(prefix="portal-hanging-figures-")).resolve()
    postgres = Postgres(directory / "postgres", directory / "postgres.log")
    valkey = Valkey(directory / "valkey", directory / "valkey.log")
    port = free_port()
    try:
        postgres.ensure_running()
        valkey.ensure_running()
        os.environ.update(
            DATABASE_URL=postgres.url("postgres"), REDIS_URL=valkey.url(0), EMAIL_URL=f"smtp://{LOOPBACK}:{port}",
            SECRET_KEY=secrets.token_urlsafe(50), PORTAL_DATA_DIR=str(directory),
            DJANGO_SETTINGS_MODULE="cpor_portal.settings", LOG_LEVEL="WARNING",
        )  # fmt: skip
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        for name, workers in SETUPS.items():
            hanging_server(name, workers, port, directory)
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)
    print("\n| the mail server hangs | what happened |\n|---|---|\n" + "\n".join(rows))
    sys.exit("; ".join(broken) if broken else 0)


def hanging_server(name: str, workers: list[tuple[str, str]], port: int, directory: Path) -> None:
    """Queue mail and ask for sweeps while the server hangs; then let it be well, and see all mail leave."""
    from notifications.models import OutgoingEmail

    commands = [worker(queue_name, children) for queue_name, children in workers]
    with running_workers(commands, log=directory / "worker.log"):
        with socket.create_server((LOOPBACK, port), backlog=128):
            took, queued = while_it_hangs(name)
        attempts = max(OutgoingEmail.objects.filter(kind=name[:50]).values_list("attempts", flat=True))
        troubled = TroubledSmtp()
        controller = troubled.listening(port)
        back = time.monotonic()
        waiting = OutgoingEmail.objects.filter(kind=name[:50]).exclude(status="sent")
        while waiting.filter(attempts=0).exists() and time.monotonic() - back < MOST_SECONDS_AFTERWARDS:
            ask("notifications.send_queued_mail")
            with suppress(AssertionError):
                wait_until(lambda: not waiting.filter(attempts=0).exists(), what="the mail", seconds=MAIL_EVERY)
        after, later = time.monotonic() - back, waiting.count()
        controller.stop()
        waiting.filter(status="queued").update(status="withheld")
        if after > MOST_SECONDS_AFTERWARDS:
            broken.append(f"{name}: mail did not leave afterwards")
    late = sum(seconds > MOST_SECONDS for seconds in took)
    rows.append(
        f"| {HANGS_SECONDS} s, {name}: {queued} mails queued, {len(took)} sweeps of deadlines asked for | {late} late, the "
        f"slowest done after {max(took):.1f} s; no mail tried more than {attempts} times; once the server was well all that "
        f"had not been tried left within {after:.0f} s, {later} wait for their next attempt |"
    )
    print(rows[-1], flush=True)
    if late:
        broken.append(f"{name}: {late} sweeps late")


def while_it_hangs(name: str) -> tuple[list[float], int]:
    """How long each sweep of deadlines took from being asked for to its end, and how many mails were queued."""
    from django.utils import timezone

    from operations.models import Sweep

    took: list[float] = []
    began = time.monotonic()
    next_sweep, next_mail, next_queued, queued = began + 15, began, began, 0
    asked_at = None
    while (now := time.monotonic()) - began < HANGS_SECONDS or asked_at is not None:
        if now >= next_queued:
            queue_one(name, queued)
            queued, next_queued = queued + 1, now + QUEUE_EVERY
        if now >= next_mail:
            ask("notifications.send_queued_mail")
            ask("notifications.tell_fates")
            next_mail = now + MAIL_EVERY
        if asked_at is None and now >= next_sweep:
            asked_at, asked, next_sweep = timezone.now(), now, now + SWEEP_EVERY
            ask("claims.sweep_deadlines")
        row = Sweep.objects.get(name="claims.sweep_deadlines")
        if asked_at and row.last_succeeded_at and row.last_succeeded_at > asked_at:
            took.append(time.monotonic() - asked)
            asked_at = None
        if asked_at and now - asked > HANGS_SECONDS:
            sys.exit(f"{name}: a sweep of deadlines did not come to its end")
        time.sleep(0.05)
    return took, queued


def queue_one(name: str, number: int) -> None:
    """Queue a mail as a page does: in a transaction of its own, whose end nudges the sender."""
    from django.db import transaction
    from django.utils import timezone

    from notifications.outbox import enqueue

    with transaction.atomic():
        enqueue(
            kind=name[:50], to=[f"somebody{number}@x.example"], subject="Hello", text="Hello", html="<p>Hello</p>",
            reference="1", dedupe_key=f"{name}-{number}", now=timezone.now(),
        )  # fmt: skip


def ask(task: str) -> None:
    """Ask for a sweep as beat does."""
    from django.conf import settings

    from cpor_portal.celery import app

    app.send_task(task, **settings.CELERY_BEAT_SCHEDULE[task]["options"])


def worker(queue_name: str, children: str) -> list[str]:
    """The command that starts a worker of one queue or both."""
    queues = "" if queue_name == "both" else f" -Q {queue_name}"
    return f"celery -A cpor_portal worker -c {children} -n {queue_name}@%h{queues} --loglevel INFO".split()


if __name__ == "__main__":
    main()
