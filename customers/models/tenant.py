"""A customer's directory as last imported from Microsoft Graph."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from customers.enums import ACTIVE_SUBSCRIPTION, Language, SubscriptionStatus


class Tenant(models.Model):
    """A customer: one Microsoft Entra directory. ``admin_emails`` are copied on consent mails (Q9)."""

    tenant_id = models.UUIDField("Directory ID (Tenant ID)", unique=True)
    display_name = models.CharField(max_length=256)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(
        max_length=10,
        choices=Language,
        blank=True,
        help_text=_("For messages to the customer; empty follows the country."),
    )
    admin_emails = ArrayField(models.EmailField(), default=list, blank=True)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["display_name"]
        indexes = [models.Index(OpClass(Upper("display_name"), name="text_pattern_ops"), name="tenant_name_begins")]

    def __str__(self) -> str:
        return f"{self.display_name} ({self.tenant_id})"


class TenantDomain(models.Model):
    """A verified domain of a tenant; a domain belongs to one tenant only."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253)
    is_default = models.BooleanField(default=False)
    is_initial = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="tenant_domain_unique",
                violation_error_message=_("This domain is already verified by another tenant."),
            )
        ]
        indexes = [models.Index(OpClass(Upper("name"), name="text_pattern_ops"), name="tenant_domain_begins")]

    def __str__(self) -> str:
        return self.name


class TenantSku(models.Model):
    """A SKU that the tenant has, with its units, as /subscribedSkus answers."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="skus")
    sku_id = models.UUIDField()
    part_number = models.CharField(max_length=200)
    capability_status = models.CharField(max_length=20)
    enabled_units = models.PositiveIntegerField(default=0)
    consumed_units = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "sku_id"],
                name="tenant_sku_unique",
                violation_error_message=_("This SKU is listed twice for the tenant."),
            )
        ]

    def __str__(self) -> str:
        return self.part_number


class Subscription(models.Model):
    """A commercial subscription of a tenant, as /directory/subscriptions answers.

    ``activated_at`` is Graph's createdDateTime, from which the 48 hours run (R094, Q20). ``provisioned`` is false while
    every service in it still waits for activation. ``owner_tenant_id`` names the partner tenant that created it: set
    means the subscription was bought through a Cloud Solution Provider (CSP).
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="subscriptions")
    subscription_id = models.UUIDField(_("directory subscription id"))
    commerce_subscription_id = models.UUIDField(_("subscription id"), null=True, blank=True)
    sku_id = models.UUIDField()
    sku_part_number = models.CharField(max_length=200)
    status = models.CharField(max_length=20, choices=SubscriptionStatus)
    activated_at = models.DateTimeField()
    next_lifecycle_at = models.DateTimeField(null=True, blank=True)
    total_licenses = models.PositiveIntegerField(default=0)
    is_trial = models.BooleanField(default=False)
    provisioned = models.BooleanField(default=True)
    owner_tenant_id = models.UUIDField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True, help_text=_("Set when an import no longer lists it."))

    class Meta:
        ordering = ["activated_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription_id"],
                name="subscription_id_unique",
                violation_error_message=_("This subscription belongs to another tenant."),
            ),
        ]
        indexes = [models.Index(fields=["commerce_subscription_id"], name="subscription_commerce_id")]

    def __str__(self) -> str:
        return str(self.shown_id)

    @property
    def shown_id(self) -> str:
        """The id that the customer reads in the billing pages (R097), in the upper case that the mails print (R186)."""
        return str(self.commerce_subscription_id or self.subscription_id).upper()

    @property
    def is_csp(self) -> bool:
        """Bought through a Cloud Solution Provider, hence not claimable (R096)."""
        return self.owner_tenant_id is not None and self.owner_tenant_id != self.tenant.tenant_id

    @property
    def is_active(self) -> bool:
        """Active or in grace, and its services are activated."""
        return self.gone_at is None and self.provisioned and self.status in ACTIVE_SUBSCRIPTION
