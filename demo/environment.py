"""What `manage.py` needs in the environment before the settings are read, when no DATABASE_URL is given."""

import os
import signal
import sys
from types import FrameType

from demo.data_dir import DataDir, DemoError
from demo.embedded import EmbeddedServers
from demo.ports import LOOPBACK, free_port, recall_port
from demo.postgres import postgres_programs

# As in production, but not compressed: on loopback nobody gains from the seconds that takes.
HASHED_STATIC = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def name_servers(servers: EmbeddedServers) -> None:
    """Where os.environ says nothing, fill in the addresses of running servers and the demo's values."""
    data = servers.data
    values = {
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "EMAIL_URL": f"smtp://{LOOPBACK}:{mail_port(data)}",
        "SECRET_KEY": data.secret_key(),
        "PORTAL_DEMO": "1",
        "PORTAL_DATA_DIR": str(data.root),
        "PORTAL_URL": f"http://{LOOPBACK}:{web_port()}",
        "STATIC_STORAGE": HASHED_STATIC,
    }
    for name, value in values.items():
        if not os.environ.get(name):
            os.environ[name] = value
    programs = str(postgres_programs())  # for `manage.py dbshell`
    if programs not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] += os.pathsep + programs


def web_port() -> int:
    """Return the port of the portal from PORT, default 8000. Raises DemoError when it is no port."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise DemoError(f"PORT is '{text}'; it must be a number from 1 to 65535.")
    return int(text)


def most_claims() -> int | None:
    """Return how many claims to load beside the stories, from PORTAL_DEMO_CLAIMS; None for all.

    Raises DemoError when it is no number.
    """
    text = os.environ.get("PORTAL_DEMO_CLAIMS") or ""
    if text and not text.isdecimal():
        raise DemoError(f"PORTAL_DEMO_CLAIMS is '{text}'; it must be a number, such as 100.")
    return int(text) if text else None


def mail_port(data: DataDir) -> int:
    """Return the port of the mail sink; the first call chooses it."""
    remembered = data.run / "mail.port"
    port = recall_port(remembered)
    if not port:
        port = free_port()
        remembered.write_text(str(port))
    return port


def end_properly_when_told() -> None:
    """Make SIGTERM and SIGHUP end this process like any exit, so that the servers are left."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, leave)
