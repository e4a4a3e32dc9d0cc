"""The products of a claim, and the subscriptions chosen for each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.enums import LineVerdict
from claims.models.claim import Claim
from customers.models import Product, Subscription


class ClaimLine(models.Model):
    """One product or workload of a claim; one to four per claim (R080).

    ``live``, ``organization``, ``tenant`` and ``incentive`` repeat the claim so that the database itself can refuse a
    second live claim of the same organisation for the same workload (Q13). ``perform`` keeps ``live`` in step.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey("partners.PartnerOrganization", on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey("customers.Tenant", on_delete=models.PROTECT, related_name="+")
    by_subscription = models.BooleanField(help_text=_("Held by subscription (Dynamics 365), not by workload (R005)."))
    incentive = models.BooleanField(help_text=_("False for revenue association, a separate record (Q16)."))
    live = models.BooleanField(default=False)
    verdict = models.CharField(
        max_length=10,
        choices=LineVerdict,
        blank=True,
        default=LineVerdict.OPEN,
        help_text=_(
            "What the last decision said of this product; «refused» only where others of the claim were approved, «lost» "
            "where it was approved and its association has ended since, while others go on."
        ),
    )

    class Meta:
        ordering = ["product__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "product"],
                name="line_once_per_claim",
                violation_error_message=_("This product is in the claim already."),
            ),
            models.UniqueConstraint(
                fields=["organization", "tenant", "product", "incentive"],
                condition=Q(live=True, by_subscription=False),
                name="line_one_live_per_workload",
                violation_error_message=(
                    _("Your company has already submitted a customer association for this product/workload.")
                ),
            ),
        ]

    def __str__(self) -> str:
        return gettext("{product} of claim {claim}").format(product=self.product, claim=self.claim_id)


class LineSubscription(models.Model):
    """A subscription claimed for a Business Applications line; ``live`` and its companions as on the line (Q14)."""

    line = models.ForeignKey(ClaimLine, on_delete=models.CASCADE, related_name="subscriptions")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey("partners.PartnerOrganization", on_delete=models.PROTECT, related_name="+")
    incentive = models.BooleanField()
    live = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "subscription"],
                name="line_subscription_once",
                violation_error_message=_("This subscription is in the claim already."),
            ),
            models.UniqueConstraint(
                fields=["organization", "subscription", "incentive"],
                condition=Q(live=True),
                name="line_one_live_per_subscription",
                violation_error_message=_("Your company has already claimed this subscription."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("{subscription} of {line}").format(subscription=self.subscription, line=self.line)
