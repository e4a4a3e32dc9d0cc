"""What staff see of imported revenue, and the performance area of each product, which they may correct."""

from datetime import date
from io import BytesIO

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kit.admin_bases import KeepsRows, ReadOnly
from kit.admin_import_form import FilesField, ImportForm
from kit.admin_imports import ImportsFiles, Outcome
from kit.admin_kept_files import KeptFile
from kit.admin_rows import NamedRows
from kit.errors import RuleViolation
from kit.templatetags.portal import written
from revenue.importing import import_revenue
from revenue.models import ProductArea, RevenueImport, RevenueLine


class RevenueFileForm(ImportForm):
    """The lines, and the day up to which they tell."""

    upload = FilesField(
        label=_("File"), most=1, megabytes=5, endings=(".csv",),
        help_text=_("One CSV file, at most 5 MB. Larger ones are for manage.py import_revenue."),
    )  # fmt: skip
    data_as_of = forms.DateField(
        label=_("Data as of"),
        required=False,
        help_text=_("The day up to which the file tells. Left empty, it is today."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("This is not a day. Write it like 2026-10-31.")},
    )

    def clean_data_as_of(self) -> date | None:
        day = self.cleaned_data["data_as_of"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(gettext("This day is still to come."))
        return day

    def options(self) -> dict[str, str]:
        day = self.cleaned_data["data_as_of"]
        return {"data_as_of": day.isoformat()} if day else {}


@admin.register(RevenueImport)
class RevenueImportAdmin(ImportsFiles, ReadOnly):
    """Imported files, newest first, whether they came here or by ``manage.py import_revenue``."""

    import_title = _("Import revenue")
    import_lead = _("A CSV of invoice lines, from which the Sales summary is made.")
    import_form = RevenueFileForm
    import_of = (RevenueImport, RevenueLine)
    list_display = ["file_name", "data_as_of", "rows", "added", "replaced", "imported_at", "imported_by"]
    list_select_related = ["imported_by"]
    search_fields = ["file_name", "sha256"]
    search_help_text = _("Name or SHA-256 of the file.")
    date_hierarchy = "data_as_of"

    def import_file(self, file: KeptFile, *, options: dict[str, str], request: HttpRequest) -> Outcome:
        day = options.get("data_as_of")
        report = import_revenue(
            BytesIO(file.content),
            name=file.name,
            now=timezone.now(),
            data_as_of=date.fromisoformat(day) if day else None,
            imported_by=request.user,  # type: ignore[arg-type]
        )
        if report.earlier:
            day = written(report.earlier.imported_at)
            raise RuleViolation(
                gettext("This very file was imported on {day}, as {file}.").format(
                    day=day, file=report.earlier.file_name
                )
            )
        batch = RevenueImport.objects.latest("pk")
        lines = {
            gettext("added"): report.added,
            gettext("replaced"): report.replaced,
            gettext("unchanged"): report.unchanged,
        }
        return Outcome(
            file.name,
            title=gettext("Revenue as of {day}").format(day=report.data_as_of),
            numbers=lines,
            row=batch,
            is_new=True,
        )


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
    search_help_text = _("Key of the line, a customer's name or directory ID, or a product.")
    date_hierarchy = "month"


@admin.register(ProductArea)
class ProductAreaAdmin(NamedRows, KeepsRows):
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
