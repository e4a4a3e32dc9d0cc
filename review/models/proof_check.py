"""The reviewer's checklist: the five rules of proof of execution, per document and product."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, Document
from customers.models import Product


class ProofCheck(models.Model):
    """What a reviewer found of one rule (R142) in one document for one product. The newest word replaces the one before."""

    class Result(models.TextChoices):
        """What was found."""

        SHOWN = "shown", _("Shown")
        UNCLEAR = "unclear", _("Unclear")
        MISSING = "missing", _("Missing")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=30)
    result = models.CharField(max_length=10, choices=Result)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "product", "rule"], name="proof_check_once")]
        indexes = [models.Index(fields=["claim"], name="proof_check_of_claim")]

    def __str__(self) -> str:
        return f"{self.rule} in document {self.document_id}: {self.result}"
