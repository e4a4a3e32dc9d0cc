"""The days on which the morning digest went out."""

from django.db import models
from django.utils.translation import gettext


class DigestDay(models.Model):
    """One day's digest, written in the transaction that queues its mails: each day has one, however often the clock asks.

    ``named`` holds the claims that each person's mail names, by the person's key, so that no alert tells them again.
    """

    day = models.DateField(primary_key=True)
    made_at = models.DateTimeField()
    mails = models.PositiveIntegerField(default=0)
    named = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return gettext("Digest of {day}").format(day=self.day)
