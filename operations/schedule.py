"""The register of sweeps, read from ``settings.SWEEPS``: the one place that the schedule of Celery beat is made from."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import ngettext

from kit.texts import Text

INTERVALS_UNTIL_LATE = 3
GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One sweep as it is scheduled. ``name`` is that of its Celery task, ``does`` a sentence for staff."""

    name: str
    every: timedelta
    does: Text

    @property
    def patience(self) -> timedelta:
        """How long after its last good end it counts as late."""
        return INTERVALS_UNTIL_LATE * self.every + GRACE

    @property
    def interval(self) -> str:
        """The interval in words."""
        seconds = int(self.every.total_seconds())
        if seconds % 86400 == 0:
            days = seconds // 86400
            return ngettext("Every day", "Every {count} days", days).format(count=days)
        if seconds % 3600 == 0:
            hours = seconds // 3600
            return ngettext("Every hour", "Every {count} hours", hours).format(count=hours)
        if seconds % 60 == 0:
            minutes = seconds // 60
            return ngettext("Every minute", "Every {count} minutes", minutes).format(count=minutes)
        return ngettext("Every second", "Every {count} seconds", seconds).format(count=seconds)


def scheduled() -> list[Scheduled]:
    """All sweeps of this installation, in the order of the settings."""
    return [Scheduled(name, timedelta(seconds=seconds), does) for name, (seconds, does) in settings.SWEEPS.items()]
