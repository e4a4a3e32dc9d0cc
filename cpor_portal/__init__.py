"""Settings, addresses and processes of the portal."""

from cpor_portal.celery import app as celery_app

__all__ = ["celery_app"]
