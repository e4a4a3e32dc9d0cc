"""A random sample of decisions that another reviewer looks at once more."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, ClaimEvent


class SecondLook(models.Model):
    """One decision drawn for a second look. The second reviewer says what it would have decided; the claim stays as it is.

    Partners never learn of it.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(ClaimEvent, on_delete=models.PROTECT, related_name="+")
    first_reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField()
    second_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agrees = models.BooleanField(null=True, blank=True)
    comment = models.TextField(max_length=2000, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["drawn_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(looked_at=None, agrees=None) | Q(looked_at__isnull=False, agrees__isnull=False),
                name="second_look_complete",
                violation_error_message=_("A second look says whether it agrees."),
            )
        ]

    def __str__(self) -> str:
        return gettext("Second look at claim {claim}").format(claim=self.claim_id)
