"""What a reviewer asks of a partner, and the coded reasons for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.models.claim import Claim


class ReasonCode(models.Model):
    """A coded reason for asking or refusing, with the sentence the partner reads; staff edit the texts."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    text = models.TextField(help_text="Printed to the partner, in whole sentences that say what to do.")
    for_action = models.BooleanField("may be asked for", default=True)
    for_rejection = models.BooleanField("may be a reason to reject", default=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title


class ActionRequest(models.Model):
    """One request for action. It stays open until the partner submits again or the 30 days pass (R164, R165)."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="action_requests")
    reasons = models.ManyToManyField(ReasonCode, related_name="+")
    message = models.TextField(max_length=4000)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reminded_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The last reminder sent, in days before the end."
    )

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(closed_at=None),
                name="action_request_one_open",
                violation_error_message="The partner has already been asked and has not answered yet.",
            )
        ]

    def __str__(self) -> str:
        return f"Action requested on claim {self.claim_id}"
