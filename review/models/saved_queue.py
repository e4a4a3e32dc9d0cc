"""Filters of the queue, kept under a name."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class SavedQueue(models.Model):
    """Filters and order of the queue that a member of staff keeps under a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_queues")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    created_at = models.DateTimeField()

    class Meta:
        ordering = [Lower("name")]
        constraints = [
            models.UniqueConstraint(
                "owner",
                Lower("name"),
                name="saved_queue_name",
                violation_error_message=_("You have a saved filter with this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
