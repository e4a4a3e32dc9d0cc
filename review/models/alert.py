"""What was told about a review that is due, or overdue."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models import Claim


class ReviewAlert(models.Model):
    """One alert about one claim and the day it was due: told once, also when the clock runs twice or stood still."""

    class Kind(models.TextChoices):
        """What the claim had become."""

        DUE = "due", _("Due")
        OVERDUE = "overdue", _("Overdue")

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "due_on", "kind"],
                name="review_alert_once",
                violation_error_message=_("This was told already."),
            )
        ]

    def __str__(self) -> str:
        return f"Claim {self.claim_id}: {self.get_kind_display().lower()} on {self.due_on}"
