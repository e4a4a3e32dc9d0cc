"""The association: who is partner of record for what, from when to when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from customers.models import Product, Subscription, Tenant
from partners.models import PartnerOrganization


class Association(models.Model):
    """One partner holds one workload of a tenant, or one subscription (R003, R005).

    The database allows one active exclusive association per workload and per subscription (R004, R172); revenue
    association is not exclusive (Q16).
    """

    class EndReason(models.TextChoices):
        """Why it ended."""

        CONSENT_DENIED = "consent_denied", _("Customer denied consent")
        DISASSOCIATED = "disassociated", _("Partner disassociated the customer")
        SUPERSEDED = "superseded", _("Another partner was selected")
        SUBSCRIPTION_ENDED = "subscription_ended", _("The subscription ended")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="associations")
    organization = models.ForeignKey(PartnerOrganization, on_delete=models.PROTECT, related_name="associations")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    exclusive = models.BooleanField()
    started_at = models.DateTimeField()
    ending_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Since when its subscription is over; it ends 24 hours later unless that is back."),
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "product"],
                condition=Q(ended_at=None, exclusive=True, subscription=None),
                name="association_one_per_workload",
                violation_error_message=_("Another partner is already associated with this product/workload."),
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(ended_at=None, exclusive=True, subscription__isnull=False),
                name="association_one_per_subscription",
                violation_error_message=_("Another partner is already associated with this subscription."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="association_end_has_reason",
                violation_error_message=_("An association that ended says why."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["ending_since", "id"],
                condition=Q(ended_at=None, ending_since__isnull=False),
                name="association_ending",
            )
        ]

    def __str__(self) -> str:
        return gettext("{partner} for {product} at {customer}").format(
            partner=self.organization, product=self.product, customer=self.tenant
        )
