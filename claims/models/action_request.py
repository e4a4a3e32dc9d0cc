"""What a reviewer asks of a partner: coded reasons, requests, and the list of what is to be fixed."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.enums import ClaimField
from claims.models.claim import Claim
from claims.models.document import Document
from customers.models import Product

PLACEHOLDERS = ("claim", "customer", "partner", "product", "document", "field")
_BRACED = re.compile(r"\{([^{}]*)\}")


def validate_placeholders(text: str) -> None:
    """Refuse braces that stand for nothing, since partners would read them as they are. Raises ValidationError."""
    unknown = [name for name in _BRACED.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValidationError(
            gettext("«{unknown}» stands for nothing. Known are {known}.").format(
                unknown=f"{{{unknown[0]}}}", known=known
            )
        )


class ReasonCode(models.Model):
    """A coded reason for asking or refusing, with the sentence the partner reads; staff edit the texts."""

    class About(models.TextChoices):
        """What a reason is usually tied to; the desk offers that first."""

        CLAIM = "claim", _("The claim as a whole")
        FIELD = "field", _("A field")
        PRODUCT = "product", _("A product/workload")
        DOCUMENT = "document", _("A document")

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    text = models.TextField(
        validators=[validate_placeholders],
        help_text=_(
            "Printed to the partner, in whole sentences that say what to do. {product}, {document}, {field}, "
            "{customer}, {partner} and {claim} are filled in."
        ),
    )
    about = models.CharField(_("usually about"), max_length=10, choices=About, default=About.CLAIM)
    for_action = models.BooleanField(_("may be asked for"), default=True)
    for_rejection = models.BooleanField(_("may be a reason to reject"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title


class ActionRequest(models.Model):
    """One request for action. It stays open until the partner submits again or the 30 days pass (R164, R165).

    A partner that holds an association which another one claims is asked the same way, while its claim stays approved
    (R171); then it closes when every item is answered, or when the case is decided.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="action_requests")
    reasons = models.ManyToManyField(ReasonCode, related_name="+")
    message = models.TextField(max_length=4000)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reminded_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("The last reminder sent, in days before the end.")
    )

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(closed_at=None),
                name="action_request_one_open",
                violation_error_message=_("The partner has already been asked and has not answered yet."),
            )
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(closed_at=None), name="action_request_due")]

    def __str__(self) -> str:
        return gettext("Action requested on claim {number}").format(number=self.claim_id)


class FixItem(models.Model):
    """One line of the partner's fix list: a coded reason and what it is tied to, answered or ticked before submitting again.

    ``title`` and ``text`` are copies of what was printed, since the texts of reason codes may change later. A product
    that the partner takes out of the claim settles what was asked about it.
    """

    request = models.ForeignKey(ActionRequest, on_delete=models.CASCADE, related_name="items")
    reason = models.ForeignKey(ReasonCode, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    text = models.TextField()
    note = models.TextField(max_length=1000, blank=True, help_text=_("The reviewer's own words about this item."))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    document_name = models.CharField(max_length=255, blank=True)
    field = models.CharField(max_length=20, choices=ClaimField, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    ticked = models.BooleanField(default=False)
    answer = models.TextField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.title}{f' ({self.about})' if self.about else ''}"

    @property
    def about(self) -> str:
        """What the item is tied to, in words; empty for the claim as a whole."""
        if self.product:
            return self.product.label
        return self.document_name or (str(ClaimField(self.field).label) if self.field else "")

    @property
    def is_done(self) -> bool:
        """Whether the partner ticked or answered it. A removed product settles it too: ``claims.fixing`` knows that."""
        return self.ticked or bool(self.answer)
