"""Proof of execution: the files of a claim."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim


def random_name(document: "Document", filename: str) -> str:
    """Storage name without a trace of the partner's own file name."""
    return f"poe/{uuid.uuid4().hex}"


class Document(models.Model):
    """One proof of execution file. A file that was part of a submission is kept and only marked removed (Q24)."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="documents")
    file = models.FileField(upload_to=random_name, max_length=200)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=10, help_text=_("File kind found in the content, such as pdf."))
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    first_submission = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Number of the submission that first contained it; empty while it is new.")
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "sha256"],
                condition=Q(removed_at=None),
                name="document_once_per_claim",
                violation_error_message=_("This file is already attached to the claim."),
            )
        ]
        indexes = [models.Index(fields=["sha256"], name="document_of_fingerprint")]

    def __str__(self) -> str:
        return self.name
