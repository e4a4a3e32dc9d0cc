"""What a customer was asked, and what it answered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from customers.enums import DenialReason, SolutionArea


class ConsentRequest(models.Model):
    """The customer's copy of an approved association request: who asks, for what, until when it may opt out.

    It keeps its own words, so that the page shows what the mail said. ``reference`` is opaque here (the claim id).
    Consent needs no action; denying is possible at any time (R182). Only the SHA-256 of the link's token is stored.
    """

    reference = models.CharField(max_length=40, unique=True)
    token_digest = models.CharField(max_length=64, unique=True)
    solution_area = models.CharField(max_length=30, choices=SolutionArea)
    tenant_id = models.UUIDField()
    domain = models.CharField(max_length=253)
    customer_name = models.CharField(max_length=120)
    customer_email = models.EmailField()
    items = models.JSONField(help_text="What is asked for, one printed text per product or subscription.")
    partner_name = models.CharField(max_length=200)
    partner_contact_name = models.CharField(max_length=120)
    partner_contact_email = models.EmailField()
    asked_at = models.DateTimeField()
    opt_out_until = models.DateTimeField()
    denied_at = models.DateTimeField(null=True, blank=True)
    denial_reasons = ArrayField(models.CharField(max_length=20, choices=DenialReason), default=list, blank=True)
    comment = models.TextField(max_length=2000, blank=True)
    share_comment = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="The association ended for another reason.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(denied_at__isnull=True) | Q(denial_reasons__len__gt=0),
                name="consent_denial_has_reason",
                violation_error_message="A denial names at least one reason.",
            )
        ]

    def __str__(self) -> str:
        return f"Consent request {self.reference}"
