"""Revenue as Microsoft's invoicing says it: files, their lines, and the performance area of each product."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Product, Subscription, Tenant
from revenue.enums import PerformanceArea


class RevenueImport(models.Model):
    """One imported file. ``data_as_of`` is the day up to which it tells; the newest such day ends the rolls (R192)."""

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    data_as_of = models.DateField()
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-imported_at", "-pk"]
        indexes = [models.Index(fields=["-data_as_of"], name="revenue_import_as_of")]

    def __str__(self) -> str:
        return gettext("{file} as of {day}").format(file=self.file_name, day=self.data_as_of)


class RevenueLine(models.Model):
    """One invoice line: what one month of a customer's product, or of one subscription of it, was billed for.

    ``invoice_line`` is Microsoft's own key of the line; a line imported again replaces the earlier one. Amounts may be
    negative (credits). ``batch`` and ``line_number`` tell where it was last read.
    """

    invoice_line = models.CharField(max_length=60, unique=True)
    month = models.DateField(help_text=_("The first day of the month that the revenue belongs to."))
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    license_revenue = models.DecimalField(max_digits=15, decimal_places=3)
    enhancement_revenue = models.DecimalField(
        _("enhancement and software assurance revenue"), max_digits=15, decimal_places=3
    )
    seats = models.IntegerField(help_text=_("Seats that the line bills for; negative when it takes seats back."))
    currency = models.CharField(max_length=3)
    batch = models.ForeignKey(RevenueImport, on_delete=models.PROTECT, related_name="lines", verbose_name=_("import"))
    line_number = models.PositiveIntegerField()

    class Meta:
        ordering = ["-month", "-pk"]
        indexes = [models.Index(fields=["tenant", "month"], name="revenue_line_tenant_month")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(invoice_line=""),
                name="revenue_line_has_key",
                violation_error_message=_("A revenue line has the key of its invoice line."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="revenue_line_month_is_first_day",
                violation_error_message=_("The month of a revenue line is written as its first day."),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"),
                name="revenue_line_currency_code",
                violation_error_message=_("A currency is written as three capital letters, such as USD."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_line} ({self.month:%Y-%m})"


class ProductArea(models.Model):
    """Whether a product's revenue counts as ERP or as CRM (R193).

    The first import of a product's revenue writes what its name says; staff correct it, and imports leave that alone.
    """

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="performance_area")
    area = models.CharField(_("performance area"), max_length=3, choices=PerformanceArea)

    class Meta:
        ordering = ["product__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__in=PerformanceArea.values),
                name="product_area_known",
                violation_error_message=_("A product belongs to one of the two performance areas."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.get_area_display()}"
