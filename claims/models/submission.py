"""What a claim said when it was submitted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim


class Submission(models.Model):
    """The content of a claim as it went to Microsoft, kept so that a reviewer sees what changed since (append-only).

    ``facts`` holds texts as a person reads them: fields, products with their subscriptions, documents.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField()
    facts = models.JSONField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "number"],
                name="submission_once_per_number",
                violation_error_message=_("This submission is kept already."),
            )
        ]

    def __str__(self) -> str:
        return gettext("Submission {number} of claim {claim}").format(number=self.number, claim=self.claim_id)
