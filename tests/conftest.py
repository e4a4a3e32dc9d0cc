"""Fixtures of all tests. The servers themselves start in tests/support/servers.py."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.support import browser as browsers
from tests.support.kept_rows import after_each_transactional_test, keep_rows
from tests.support.processes import celery_worker
from tests.support.s3 import S3Endpoint, s3_server
from tests.support.smtp import SmtpServer


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Every test finds what the migrations wrote, whatever ran on this database before it."""
    with django_db_blocker.unblock():
        keep_rows()
    after_each_transactional_test()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Hashes are weak here: a real one takes most of a second at each of the many times somebody signs in."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    PBKDF2PasswordHasher.iterations = 1_000


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """No test sees the rate limits that another one used up; each finds the programs' names, as pages usually do."""
    from django.core.cache import cache

    from partners.models import ProgramCode
    from partners.programs import ProgramText, remember

    remember([ProgramText(code.value, code.label, f"What {code.label} is for.") for code in ProgramCode])
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def clock_of_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins at the moment its data is made for, whatever day it is; then time goes on.

    Not those whose other half keeps the real time: a browser, or a worker, for which tasks would have expired. Tests that
    start processes of their own are marked ``real_clock``.
    """
    from tests.factories import NOW

    keeps = {"journey", "real_clock"} & {mark.name for mark in request.node.iter_markers()}
    if keeps or "celery_worker_process" in request.fixturenames:
        yield
        return
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def smtp_server(settings: Any) -> Iterator[SmtpServer]:
    """A real SMTP server; the portal's mail goes there."""
    from cpor_portal import settings as written

    backend = written.MAILERS["default"]["BACKEND"]
    with SmtpServer().listening() as server:
        settings.MAILERS = server.mailers(backend=str(backend))
        yield server


@pytest.fixture(scope="session")
def s3_server_of_run() -> Iterator[S3Endpoint]:
    with s3_server() as endpoint:
        yield endpoint


@pytest.fixture
def s3_endpoint(s3_server_of_run: S3Endpoint, settings: Any) -> S3Endpoint:
    """An S3 endpoint; documents are kept there."""
    settings.STORAGES = {**settings.STORAGES, "default": s3_server_of_run.storage()}
    return s3_server_of_run


@pytest.fixture
def celery_worker_process(transactional_db: None, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A real Celery worker on the test database and Valkey. Ask for ``smtp_server`` before it to receive mail."""
    with celery_worker(tmp_path / "worker.log") as worker:
        yield worker


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the machine's own Chromium."""
    path = browsers.find_browser()
    if path is None:
        pytest.fail(browsers.MISSING)
    # Playwright keeps an event loop on this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": path, "args": browsers.launch_arguments()}
