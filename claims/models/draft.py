"""The wizard's memory: survives a sign-out and another device."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from partners.models import PartnerOrganization


class ClaimDraft(models.Model):
    """Answers of one unfinished wizard: a new association, or (``claim`` set) a change of an existing claim.

    ``answers`` holds what each finished step was given, ``typed`` what stood in a step that was left unfinished.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claim_drafts")
    organization = models.ForeignKey(PartnerOrganization, on_delete=models.CASCADE, related_name="claim_drafts")
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    answers = models.JSONField(default=dict)
    typed = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True, help_text=_("When its owner was reminded of it (Q48)."))

    class Meta:
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "claim"],
                condition=Q(claim__isnull=False),
                name="draft_one_edit_per_claim",
                violation_error_message=_("You are already editing this claim."),
            )
        ]
        indexes = [models.Index(fields=["updated_at", "id"], condition=Q(claim=None), name="draft_unfinished")]

    def __str__(self) -> str:
        return gettext("Draft of {owner}").format(owner=self.owner)

    @property
    def shown_name(self) -> str:
        """What its owner recognises it by: the name typed for the claim, else the customer."""
        return self._first("contacts", "claim_name") or self.customer_domain or gettext("New association")

    @property
    def customer_domain(self) -> str:
        """The customer's domain name as far as it was typed, else empty."""
        return self._first("customer", "domain")

    def _first(self, step: str, field: str) -> str:
        """What was typed last into a field, whether its step was finished or not."""
        values = self.typed.get(step, {}).get(field) or self.answers.get(step, {}).get(field) or [""]
        return " ".join(values[0].split())[:120]
