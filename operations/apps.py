from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils import timezone


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        """Declare the probes and figures of every installation, count tasks, and know sweeps from a migration on."""
        from operations.figures_directory import make_directory  # noqa: PLC0415
        from operations.measuring import measure_tasks  # noqa: PLC0415  (models must be loaded first)
        from operations.metrics import declare_gauges, sweep_gauges  # noqa: PLC0415
        from operations.probes import declare_probes  # noqa: PLC0415

        make_directory()
        declare_probes()
        declare_gauges("sweeps", sweep_gauges)
        measure_tasks()
        post_migrate.connect(_know_sweeps, sender=self)


def _know_sweeps(apps: Any, using: str, **_: Any) -> None:
    """After a migration, unless it was one that took the table away."""
    from operations.sweeps import register_sweeps  # noqa: PLC0415

    if "operations" in {model._meta.app_label for model in apps.get_models()}:
        register_sweeps(now=timezone.now(), using=using)
