"""The catalogue: what may be claimed, and by which SKUs a customer owns it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.enums import SolutionArea


class Product(models.Model):
    """A Dynamics 365 product (Business Applications) or a Microsoft 365 workload that can be claimed.

    Names are upper case, exactly as every screen prints them: «AZURE INFORMATION PROTECTION (AIP)», «INTUNE»
    (R083). A retired product stays for old claims but is not offered.
    """

    solution_area = models.CharField(max_length=30, choices=SolutionArea)
    name = models.CharField(max_length=200)
    code = models.CharField(
        max_length=20, blank=True, help_text=_("Workload code such as PROPLUS; empty for products.")
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    kept_by_hand = models.BooleanField(default=False, help_text=_("Staff decided on it: imports leave it as it is."))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["solution_area", "name"],
                name="product_name_unique",
                violation_error_message=_("This product is already in the catalogue."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="product_code_unique",
                violation_error_message=_("Another workload has this code."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name as every screen prints it (R081, R083), with a workload's code where that is shown."""
        return self.name

    @property
    def is_workload(self) -> bool:
        """Whether an association is held at tenant and workload level instead of by subscription (R005)."""
        return self.solution_area == SolutionArea.MICROSOFT_365


class CatalogueSku(models.Model):
    """A stock keeping unit of Microsoft's public list, and what it stands for.

    ``claimable`` is false for Power BI (R002), trials, free, viral and preview offers. A claimable Dynamics
    SKU stands for one product: no subscription can be claimed under two names. A SKU that left the list and
    whose identifier is not public has no ``sku_id``; it is recognised by its part number.
    """

    sku_id = models.UUIDField("SKU ID", unique=True, null=True, blank=True)
    part_number = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    is_dynamics = models.BooleanField(default=False)
    claimable = models.BooleanField(default=True)
    products = models.ManyToManyField(Product, blank=True, related_name="skus")
    retired_at = models.DateTimeField(
        null=True, blank=True, help_text=_("No longer in Microsoft's list; customers may still own it.")
    )
    kept_by_hand = models.BooleanField(default=False, help_text=_("Staff decided on it: imports leave it as it is."))

    class Meta:
        ordering = ["name", "part_number"]
        verbose_name = _("SKU")
        verbose_name_plural = _("SKUs")
        constraints = [
            models.UniqueConstraint(
                fields=["part_number"],
                condition=Q(sku_id=None),
                name="sku_without_id_unique",
                violation_error_message=_("Another SKU without an identifier has this part number."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.part_number})"
