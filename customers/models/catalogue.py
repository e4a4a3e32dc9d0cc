"""The catalogue: what may be claimed, and by which SKUs a customer owns it."""

from django.db import models
from django.db.models import Q

from customers.enums import SolutionArea


class Product(models.Model):
    """A Dynamics 365 product (Business Applications) or a Microsoft 365 workload that can be claimed.

    Names are upper case as printed on every screen. A retired product stays for old claims but is not offered.
    """

    solution_area = models.CharField(max_length=30, choices=SolutionArea)
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=20, blank=True, help_text="Workload code such as PROPLUS; empty for products.")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["solution_area", "name"],
                name="product_name_unique",
                violation_error_message="This product is already in the catalogue.",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="product_code_unique",
                violation_error_message="Another workload has this code.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Name as the screens print it: a workload shows its code, «AZURE INFORMATION PROTECTION (AIP)» (R083)."""
        if self.code and f"({self.code})" not in self.name and self.code != self.name:
            return f"{self.name} ({self.code})"
        return self.name

    @property
    def is_workload(self) -> bool:
        """Whether an association is held at tenant and workload level instead of by subscription (R005)."""
        return self.solution_area == SolutionArea.MICROSOFT_365


class CatalogueSku(models.Model):
    """A stock keeping unit of Microsoft's public list. ``claimable`` is false for trials, free and viral offers."""

    sku_id = models.UUIDField(unique=True)
    part_number = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    is_dynamics = models.BooleanField(default=False)
    claimable = models.BooleanField(default=True)
    products = models.ManyToManyField(Product, blank=True, related_name="skus")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "part_number"]

    def __str__(self) -> str:
        return f"{self.name} ({self.part_number})"
