"""Deadlines that could not take effect: kept aside for a while, so that they do not hold the others up."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StuckDeadline(models.Model):
    """One row of one clock that failed, with when it is tried again. Deleted once it went through or is no longer due.

    Written only by ``claims.deadlines.clock``. ``key`` is that of the row behind the clock, as text.
    """

    clock = models.CharField(max_length=30)
    key = models.CharField(max_length=40)
    failures = models.PositiveIntegerField(default=1)
    error = models.CharField(max_length=300)
    since = models.DateTimeField()
    retry_at = models.DateTimeField()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "key"],
                name="stuck_deadline_once",
                violation_error_message=_("This deadline is noted already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.clock} of {self.key}"
