"""Messages kept for use again."""

from django.db import models

from claims.models.action_request import validate_placeholders


class CannedMessage(models.Model):
    """A message to partners that reviewers start from; its placeholders are filled in with the claim at hand."""

    class For(models.TextChoices):
        """The decision it goes with."""

        ANY = "any", "Any decision"
        APPROVE = "approve", "Approve"
        REQUEST_ACTION = "request_action", "Request action"
        REJECT = "reject", "Reject"

    title = models.CharField(max_length=120, unique=True)
    text = models.TextField(
        max_length=4000,
        validators=[validate_placeholders],
        help_text="{claim}, {customer} and {partner} are filled in.",
    )
    goes_with = models.CharField(max_length=20, choices=For, default=For.ANY)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title
