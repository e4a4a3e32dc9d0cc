"""Running acts at the same time, each on a connection of its own."""

import threading
import time
from collections.abc import Callable

from django.db import connection, transaction

from claims.lifecycle import locked
from kit.errors import RuleViolation


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts at the same time; return what each came to, sorted: done, refused, or the error."""
    gate, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait(20)
            act()
            outcomes.append("done")
        except RuleViolation:
            outcomes.append("refused")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


def while_held(claim_id: int, act: Callable[[], object], *, meanwhile: Callable[[], object]) -> list[str]:
    """Hold a claim, begin ``act`` on a connection of its own, run ``meanwhile`` once it waits for the claim, and let go.

    Returns what ``act`` came to, as ``at_once`` tells it.
    """
    outcomes: list[str] = []
    thread = threading.Thread(target=lambda: outcomes.extend(at_once(act)))
    with transaction.atomic():
        locked(claim_id)
        thread.start()
        give_up = time.monotonic() + 20
        while not _somebody_waits():
            assert time.monotonic() < give_up, "It waits for nothing."
            time.sleep(0.02)
        meanwhile()
    thread.join(30)
    return outcomes


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        (waits,) = cursor.fetchone()
    return bool(waits)
