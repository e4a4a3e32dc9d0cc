"""Settings, addresses and processes of the portal."""

from cpor_portal.celery import app as celery_app

VERSION = "0.1.0"  # as in pyproject.toml, which an installation does not have

__all__ = ["VERSION", "celery_app"]
