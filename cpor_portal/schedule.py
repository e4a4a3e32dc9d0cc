"""Every sweep: its Celery task, the seconds between two runs, and what it does, as staff read it.

Celery beat's schedule is made from this table, and lateness is judged by it. The task carries ``operations.sweeps.swept``.
What may have to wait for a mail server has a queue of its own, so that nothing else waits behind it.
"""

from typing import Any

from celery.schedules import crontab
from django.utils.translation import gettext_lazy
from kombu import Exchange, Queue

from kit.texts import Text

MINUTE, HOUR, DAY = 60, 3600, 86400

SWEEPS: dict[str, tuple[int, Text]] = {
    "notifications.send_queued_mail": (MINUTE, gettext_lazy("Hands queued e-mail to the mail server.")),
    "notifications.tell_fates": (
        MINUTE,
        gettext_lazy("Tells what became of e-mail where that could not be told at once."),
    ),
    "notifications.purge_old_bodies": (
        DAY,
        gettext_lazy("Removes the text of e-mail that left, failed or was withheld long ago."),
    ),
    "claims.sweep_deadlines": (5 * MINUTE, gettext_lazy("Lets deadlines of claims take effect and sends reminders.")),
    "review.release_idle_claims": (
        5 * MINUTE,
        gettext_lazy("Gives claims back to the queue that their reviewers left alone."),
    ),
    "review.send_morning_digests": (
        5 * MINUTE,
        gettext_lazy("Sends the morning list to reviewers and leads, once a day."),
    ),
    "review.send_alerts": (
        5 * MINUTE,
        gettext_lazy("Tells reviewers what is due today, and leads what has become overdue."),
    ),
    "review.mend_ranks": (
        5 * MINUTE,
        gettext_lazy("Puts claims in the right place of the queue after a case opened or closed."),
    ),
    "review.forget_old_presence": (HOUR, gettext_lazy("Forgets who had claims open more than a day ago.")),
    "operations.forget_old_runs": (DAY, gettext_lazy("Deletes old rows of the log of sweeps.")),
}

# A worker that is started without -Q serves both.
QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("celery", "mail")]
ROUTES = {"notifications.send_queued_mail": {"queue": "mail"}}


def beat_schedule() -> dict[str, dict[str, Any]]:
    """The table as Celery beat reads it. What runs once a day does so at night, however often beat is started anew.

    A run that no worker has begun by the time of the next one is dropped, so that none pile up.
    """
    at_night = crontab(hour=3, minute=30)
    return {
        name: {
            "task": name,
            "schedule": at_night if seconds == DAY else float(seconds),
            "options": {"expires": seconds},
        }
        for name, (seconds, _) in SWEEPS.items()
    }
