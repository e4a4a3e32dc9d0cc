"""PostgreSQL's programs on PATH, a storage of its own, a second database on the same server."""

import os
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test import override_settings

from demo.postgres import postgres_programs
from tests.backup.lives import one_of_every_status


def another_connection():
    """A connection to the portal's database of the moment that is not the portal's own."""
    there = connection.settings_dict
    return psycopg.connect(host=there["HOST"], user=there["USER"], dbname=there["NAME"], autocommit=True)


@pytest.fixture(autouse=True)
def programs(monkeypatch):
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{postgres_programs()}")


def kept_in(directory, settings):
    """The setting STORAGES with documents in a directory."""
    backend = "django.core.files.storage.FileSystemStorage"
    return {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": {"location": str(directory)}}}


@pytest.fixture(autouse=True)
def documents(tmp_path, settings):
    """The directory in which this test's documents are kept."""
    settings.STORAGES = kept_in(tmp_path / "documents", settings)
    return tmp_path / "documents"


@pytest.fixture
def lives(transactional_db, documents):
    return one_of_every_status()


@pytest.fixture
def elsewhere(settings, tmp_path):
    """A context manager: inside it the portal has another, empty database and an empty storage."""

    @contextmanager
    def other(*, storages=None):
        usual = connection.settings_dict["NAME"]
        name = f"{usual}_restored"
        with another_connection() as server:
            server.execute(f"DROP DATABASE IF EXISTS {name}")
            server.execute(f"CREATE DATABASE {name}")
            connection.close()
            connection.settings_dict["NAME"] = name
            try:
                with override_settings(STORAGES=storages or kept_in(tmp_path / "elsewhere", settings)):
                    yield name
            finally:
                connection.close()
                connection.settings_dict["NAME"] = usual
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    return other
