"""Running acts at the same time, each on a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection

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
