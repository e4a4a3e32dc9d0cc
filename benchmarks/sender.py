"""The sender against a bare loop: ``python -m benchmarks.sender --mails 500``. Servers of its own, thrown away after.

Both hand the same number of mails over one connection to the same SMTP sink, a process of its own on loopback. The bare loop
is smtplib and the standard library's messages, and notes nothing. The sender leases rows, notes each attempt before it and
each success after it, on a PostgreSQL that flushes its log to disk, and tells the rooms above, none of which follows this kind.
"""

# ruff: noqa: T201, PLC0415 - it prints, and the environment comes before Django

import argparse
import os
import secrets
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path

from demo.ports import LOOPBACK, free_port
from demo.postgres import Postgres
from demo.valkey import Valkey

TEXT = "Dear customer,\n" + "your partner asks for your consent to be associated with your organization.\n" * 25
HTML = f"<html><body><p>{TEXT}</p></body></html>" * 3
SENDER = "no-reply@portal.example"
WANTED = 0.5


def main() -> None:
    """Start the servers, measure both a few times by turns, print the best of each and their ratio; 1 below the half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="portal-sender-")).resolve()
    postgres = Postgres(directory / "postgres", directory / "postgres.log")
    valkey = Valkey(directory / "valkey", directory / "valkey.log")
    port = free_port()
    sink = subprocess.Popen([sys.executable, "-m", "benchmarks.sender_sink", str(port)], stdin=subprocess.PIPE)  # noqa: S603
    try:
        postgres.ensure_running()
        valkey.ensure_running()
        os.environ.update(
            DATABASE_URL=postgres.url("postgres"), REDIS_URL=valkey.url(0), EMAIL_URL=f"smtp://{LOOPBACK}:{port}",
            SECRET_KEY=secrets.token_urlsafe(50), PORTAL_DATA_DIR=str(directory),
            DJANGO_SETTINGS_MODULE="cpor_portal.settings", LOG_LEVEL="WARNING",
        )  # fmt: skip
        prepare()
        bare, ready, ours = [], [], []
        for number in range(options.rounds):
            bare.append(bare_loop(port, options.mails))
            ready.append(bare_loop(port, options.mails, ready=True))
            ours.append(sender(options.mails, number))
        rates = [options.mails / min(seconds) for seconds in (bare, ready, ours)]
        ratio = rates[2] / rates[0]
        print(
            "| mails | bare loop | bare loop, messages made before | sender | sender to bare loop |\n|---|---|---|---|---|"
        )
        print(f"| {options.mails} | {rates[0]:.0f}/s | {rates[1]:.0f}/s | {rates[2]:.0f}/s | {ratio:.2f} |")
    finally:
        sink.communicate()
        valkey.stop()
        postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)
    sys.exit(ratio < WANTED)


def prepare() -> None:
    """Bring Django and the tables up."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def bare_loop(port: int, mails: int, *, ready: bool = False) -> float:
    """Seconds for ``mails`` messages over one connection, made as they are sent; ``ready`` has them lie in memory before."""
    made = [_message(number) for number in range(mails)] if ready else []
    bodies = [(str(message["To"]), message.as_bytes()) for message in made]
    began = time.perf_counter()
    with smtplib.SMTP(LOOPBACK, port) as connection:
        for number in range(mails):
            if ready:
                to, body = bodies[number]
                connection.sendmail(SENDER, [to], body)
            else:
                connection.send_message(_message(number))
    return time.perf_counter() - began


def _message(number: int) -> EmailMessage:
    """One mail as the portal sends it: two bodies, and the headers that a mail should have."""
    message = EmailMessage(SMTP)
    message["Subject"], message["From"], message["To"] = "Consent", SENDER, f"c{number}@x.example"
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="portal.example")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(TEXT)
    message.add_alternative(HTML, subtype="html")
    return message


def sender(mails: int, number: int) -> float:
    """Seconds for ``mails`` queued ones by ``send_due``, batch after batch as the task does."""
    from django.db import transaction
    from django.utils import timezone

    from notifications.delivery import send_due
    from notifications.models import OutgoingEmail
    from notifications.outbox import enqueue

    now = timezone.now()
    with transaction.atomic():
        for each in range(mails):
            enqueue(
                kind="claim.approved", to=[f"c{each}@x.example"], subject="Consent", text=TEXT, html=HTML, reference=str(each),
                dedupe_key=f"{number}-{each}", now=now,
            )  # fmt: skip
    began = time.perf_counter()
    sent = 0
    while left := send_due():
        sent += left
    seconds = time.perf_counter() - began
    if sent != mails or OutgoingEmail.objects.exclude(status="sent").exists():
        sys.exit(f"Only {sent} of {mails} have left.")
    return seconds


if __name__ == "__main__":
    main()
