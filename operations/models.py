"""Sweeps as rows: when each last ran and what came of it, and the log of runs that did something."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """How a run ended."""

    OK = "ok", _("Done")
    FAILED = "failed", _("Failed")


class Sweep(models.Model):
    """One periodic task and how it fares. Its words and its interval stand in ``settings.SWEEPS`` under the same name.

    Written only by ``operations.sweeps``. ``known_since`` is when this installation first had it, so that a sweep is
    not late before its clock had a chance. A run that failed moves ``last_finished_at``, but not ``last_succeeded_at``.
    """

    name = models.CharField(max_length=100, unique=True)
    known_since = models.DateTimeField()
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_finished_at = models.DateTimeField(null=True, blank=True)
    last_succeeded_at = models.DateTimeField(null=True, blank=True)
    last_outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    last_counts = models.JSONField(default=dict, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    runs = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SweepRun(models.Model):
    """One run that did something or failed. Deleted after ``settings.SWEEP_LOG_DAYS``."""

    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="log")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    counts = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["finished_at"], name="sweep_run_age")]

    def __str__(self) -> str:
        return f"{self.sweep_id} at {self.finished_at}"
