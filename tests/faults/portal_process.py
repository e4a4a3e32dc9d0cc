"""A whole portal for figures: embedded servers, migrated tables and a web process, in a temporary directory."""

import os
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.children import stop_all, web
from demo.data_dir import DataDir
from demo.embedded import EmbeddedServers
from demo.environment import name_servers
from demo.ports import LOOPBACK, free_port

GIVEN = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "PORTAL_URL", "STATIC_STORAGE")


@dataclass(frozen=True)
class Portal:
    """What runs: ``site`` answers over HTTP, ``servers`` can be stopped and started."""

    site: str
    servers: EmbeddedServers
    directory: Path


@contextmanager
def running_portal(*, smtp_port: int, log_level: str = "WARNING") -> Iterator[Portal]:
    """Start it with empty tables, its mail going to ``smtp_port``; nothing is left afterwards. Sets Django up."""
    port = free_port()
    directory = Path(tempfile.mkdtemp(prefix="portal-figures-")).resolve()
    for name in GIVEN:
        os.environ.pop(name, None)
    os.environ.update(
        PORT=str(port),
        STATIC_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage",
        STATIC_ROOT=str(directory / "static"),
        LOG_LEVEL=log_level,
        DJANGO_SETTINGS_MODULE="cpor_portal.settings",
    )
    servers = EmbeddedServers(DataDir(directory / "data"))
    server = None
    try:
        servers.attach()
        name_servers(servers)
        os.environ["EMAIL_URL"] = f"smtp://{LOOPBACK}:{smtp_port}"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        server = web(servers.data, port)
        server.start()
        site = f"http://{LOOPBACK}:{port}"
        _wait_for(f"{site}/healthz")
        yield Portal(site, servers, directory)
    finally:
        if server:
            stop_all([server])
        servers.leave()
        shutil.rmtree(directory, ignore_errors=True)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The web process does not answer.")
