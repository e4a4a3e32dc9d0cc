"""Messages kept for use again."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

PLACEHOLDERS = ("claim", "customer", "partner")
_BRACED = re.compile(r"\{([^{}]*)\}")


def validate_message(text: str) -> None:
    """Refuse braces that a message does not fill in: it is about no single product, document or field. Raises ValidationError."""
    unknown = [name for name in _BRACED.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValidationError(f"«{{{unknown[0]}}}» stands for nothing in a message. Known are {known}.")


class CannedMessage(models.Model):
    """A message to partners that reviewers start from; its placeholders are filled in with the claim at hand."""

    class For(models.TextChoices):
        """The decision it goes with."""

        ANY = "any", _("Any decision")
        APPROVE = "approve", _("Approve")
        REQUEST_ACTION = "request_action", _("Request action")
        REJECT = "reject", _("Reject")

    title = models.CharField(max_length=120, unique=True)
    text = models.TextField(
        max_length=4000,
        validators=[validate_message],
        help_text=_("{claim}, {customer} and {partner} are filled in."),
    )
    goes_with = models.CharField(max_length=20, choices=For, default=For.ANY)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title
