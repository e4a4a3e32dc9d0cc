"""Telling a worker that mail waits. Only a courtesy: without it the sweep finds the mail within a minute.

One pending nudge is enough, since the run that follows it takes all mail that is due: while one waits for a worker, no
other is sent. It is good for as long as the next sweep may take to come.

It runs at the end of a page's request, hence the page may neither fail nor wait for it. The time limits of
the client library do not cover everything (looking up the broker's name, for one), so a thread does the
asking and the page waits for it for ``PATIENCE``. A broker that did not answer is left alone for ``PAUSE``
(per process).
"""

import contextvars
import logging
import threading
import time

from celery import current_app
from django.core.cache import cache

logger = logging.getLogger(__name__)
TASK = "notifications.send_queued_mail"
PATIENCE = 0.3
PAUSE = 15.0
EXPIRES = 60
_PENDING = "mail-nudge-pending"
_SHORT = {"max_retries": 0, "socket_connect_timeout": 0.25, "socket_timeout": 0.25}


class Nudger:
    """Asks for a worker, and remembers for ``PAUSE`` seconds that the broker did not answer."""

    def __init__(self) -> None:
        self._quiet_until = 0.0

    def nudge(self) -> None:
        """Publish the sending task. Never raises; returns after at most ``PATIENCE`` seconds, answered or
        not.
        """
        if time.monotonic() < self._quiet_until:
            return
        here = contextvars.copy_context()  # so that the task's log lines name the request that asked for it
        asking = threading.Thread(target=here.run, args=(self._ask,), name="mail nudge", daemon=True)
        asking.start()
        asking.join(PATIENCE)
        if asking.is_alive():
            self._quiet_until = time.monotonic() + PAUSE

    def _ask(self) -> None:
        if not cache.add(_PENDING, True, timeout=EXPIRES):
            return
        try:
            with current_app.connection_for_write(transport_options=_SHORT) as connection:
                current_app.send_task(TASK, connection=connection, retry=False, ignore_result=True, expires=EXPIRES)
        except Exception as error:
            cache.delete(_PENDING)
            self._quiet_until = time.monotonic() + PAUSE
            logger.warning("broker away, queued mail waits for the next sweep: %s", error)
        else:
            self._quiet_until = 0.0


_nudger = Nudger()


def nudge() -> None:
    """Tell a worker that mail waits; never raises, never keeps the caller waiting for long."""
    _nudger.nudge()


def take_up_nudge() -> None:
    """From now on mail that is queued is worth a nudge again. Called by the sender before it looks for mail."""
    cache.delete(_PENDING)
