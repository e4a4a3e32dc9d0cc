"""The register of sweeps, read from ``settings.SWEEPS``: the one place that the schedule of Celery beat is made from."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

INTERVALS_UNTIL_LATE = 3
GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One sweep as it is scheduled. ``name`` is that of its Celery task, ``does`` a sentence for staff."""

    name: str
    every: timedelta
    does: str

    @property
    def patience(self) -> timedelta:
        """How long after its last good end it counts as late."""
        return INTERVALS_UNTIL_LATE * self.every + GRACE

    @property
    def interval(self) -> str:
        """The interval in words."""
        seconds = int(self.every.total_seconds())
        for size, word in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
            if seconds % size == 0:
                number = seconds // size
                return f"Every {word}" if number == 1 else f"Every {number} {word}s"
        raise ValueError(seconds)


def scheduled() -> list[Scheduled]:
    """All sweeps of this installation, in the order of the settings."""
    return [Scheduled(name, timedelta(seconds=seconds), does) for name, (seconds, does) in settings.SWEEPS.items()]
