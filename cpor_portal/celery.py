"""The Celery application: `celery -A cpor_portal worker` and `celery -A cpor_portal beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpor_portal.settings")

app = Celery("cpor_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
