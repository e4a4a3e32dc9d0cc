"""What reviewers write for each other."""

from django.conf import settings
from django.db import models

from claims.models import Claim


class Note(models.Model):
    """An internal note on a claim. Partners and customers never read it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["claim", "written_at"], name="note_of_claim")]

    def __str__(self) -> str:
        return f"Note {self.pk} on claim {self.claim_id}"
