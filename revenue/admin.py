"""What staff see of imported revenue, and the performance area of each product, which they may correct."""

from django.contrib import admin
from django.http import HttpRequest

from kit.admin_bases import KeepsRows, ReadOnly
from revenue.models import ProductArea, RevenueImport, RevenueLine


@admin.register(RevenueImport)
class RevenueImportAdmin(ReadOnly):
    """Imported files, newest first, as ``manage.py import_revenue`` read them."""

    list_display = ["file_name", "data_as_of", "rows", "added", "replaced", "imported_at", "imported_by"]
    list_select_related = ["imported_by"]
    search_fields = ["file_name", "sha256"]
    search_help_text = "Name or SHA-256 of the file."
    date_hierarchy = "data_as_of"


@admin.register(RevenueLine)
class RevenueLineAdmin(ReadOnly):
    """Invoice lines. A wrong one is corrected by importing it again under the same key."""

    list_display = [
        "invoice_line", "month", "tenant", "product", "subscription", "license_revenue", "enhancement_revenue", "seats",
        "currency", "batch",
    ]  # fmt: skip
    list_select_related = ["tenant", "product", "subscription", "batch"]
    list_filter = ["currency", "product__performance_area__area"]
    search_fields = ["=invoice_line", "tenant__display_name", "=tenant__tenant_id", "product__name"]
    search_help_text = "Key of the line, a customer's name or directory ID, or a product."
    date_hierarchy = "month"


@admin.register(ProductArea)
class ProductAreaAdmin(KeepsRows):
    """ERP or CRM (R193). A product is listed once revenue of it was imported; what staff choose here stays."""

    list_display = ["product", "area"]
    list_editable = ["area"]
    list_filter = ["area"]
    list_select_related = ["product"]
    search_fields = ["product__name"]
    readonly_fields = ["product"]
    list_per_page = 100

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
