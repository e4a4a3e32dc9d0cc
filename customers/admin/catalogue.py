"""Staff's doors to the catalogue."""

from io import BytesIO
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.catalogue import import_catalogue
from customers.catalogue.keeping import check_sku, offer_products, retire_products
from customers.models import CatalogueSku, Product
from kit.admin_audit import Audited
from kit.admin_bases import KeepsRows
from kit.admin_import_form import FilesField, ImportForm
from kit.admin_imports import ImportsFiles, Outcome
from kit.admin_kept_files import KeptFile
from kit.errors import RuleViolation


class RetiredFilter(admin.SimpleListFilter):
    """Offered or retired, in one click."""

    title = _("offered")
    parameter_name = "offered"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", gettext("Yes")), ("no", gettext("No, retired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(retired_at__isnull=self.value() == "yes")


class CatalogueFileForm(ImportForm):
    """Microsoft's list."""

    upload = FilesField(
        label=_("File"), most=1, megabytes=10, endings=(".csv",), help_text=_("One CSV file, at most 10 MB.")
    )


class ProductForm(forms.ModelForm):
    """A new product or workload, named in upper case as every screen prints it."""

    class Meta:
        model = Product
        fields = ["solution_area", "name", "code"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].upper().split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_workload = Product(solution_area=cleaned.get("solution_area", "")).is_workload
        if is_workload != bool(cleaned.get("code")):
            self.add_error("code", gettext("A Microsoft 365 workload has a code, and a Dynamics product has none."))
        return cleaned


@admin.register(Product)
class ProductAdmin(ImportsFiles, KeepsRows):
    """Products and workloads. Names are fixed, because claims print them and imports go by them."""

    import_title = _("Import catalog")
    import_lead = _("Microsoft's list “Product names and service plan identifiers for licensing”, as it is published.")
    import_form = CatalogueFileForm
    import_of = (Product, CatalogueSku)
    form = ProductForm
    list_display = ["name", "solution_area", "code", "claimable_skus", "is_offered", "kept_by_hand"]
    list_filter = ["solution_area", RetiredFilter, "kept_by_hand"]
    search_fields = ["name", "code", "skus__name", "skus__part_number", "skus__sku_id"]
    search_help_text = _("Name or code, or name, part number or ID of a SKU.")
    actions = ["retire", "offer_again", "let_imports_decide"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        claimable = Count("skus", filter=Q(skus__claimable=True), distinct=True)
        return super().get_queryset(request).annotate(sku_count=claimable)

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> list[str]:
        return ["solution_area", "name", "code", "retired_at", "kept_by_hand", "sku_list"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Product | None = None) -> list[Any]:
        return self.get_readonly_fields(request, obj) or ["solution_area", "name", "code"]

    def save_model(self, request: HttpRequest, obj: Product, form: forms.ModelForm, change: bool) -> None:
        obj.kept_by_hand = obj.kept_by_hand or not change
        super().save_model(request, obj, form, change)

    def import_file(self, file: KeptFile, *, options: dict[str, str], request: HttpRequest) -> Outcome:
        report = import_catalogue(BytesIO(file.content), now=timezone.now())
        lists = {
            gettext("added"): report.added,
            gettext("changed"): report.changed,
            gettext("retired"): report.retired,
        }
        return Outcome(file.name, title=gettext("Catalog"), lists=lists)

    @admin.display(description=_("claimable SKUs"), ordering="sku_count")
    def claimable_skus(self, product: Any) -> int:
        return product.sku_count

    @admin.display(description=_("offered"), boolean=True, ordering="-retired_at")
    def is_offered(self, product: Product) -> bool:
        return product.retired_at is None

    @admin.display(description=_("SKUs"))
    def sku_list(self, product: Product) -> str:
        left_out = gettext("{sku}, not claimable")
        lines = [str(sku) if sku.claimable else left_out.format(sku=sku) for sku in product.skus.all()]
        return "\n".join(lines) or gettext("None")

    @admin.action(description=_("Retire selected products"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        chosen = [product for product in queryset if product.retired_at is None]
        with transaction.atomic():
            count = retire_products(chosen, now=timezone.now())
            self.record(request, chosen, gettext("Retired."))
        self.message_user(
            request, gettext("Retired: {count}. Claims that have them keep them.").format(count=count), messages.SUCCESS
        )

    @admin.action(description=_("Offer selected products again"), permissions=["change"])
    def offer_again(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        chosen = [product for product in queryset if product.retired_at is not None]
        with transaction.atomic():
            count = offer_products(chosen)
            self.record(request, chosen, gettext("Offered again."))
        self.message_user(request, gettext("Offered again: {count}.").format(count=count), messages.SUCCESS)

    @admin.action(description=_("Let imports decide on selected products"), permissions=["change"])
    def let_imports_decide(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self.message_user(
            request,
            gettext("Left to imports: {count}.").format(count=leave_to_imports(self, request, queryset)),
            messages.SUCCESS,
        )


class SkuForm(forms.ModelForm):
    """A SKU whose products the claims process can hold."""

    class Meta:
        model = CatalogueSku
        fields = ["sku_id", "part_number", "name", "is_dynamics", "claimable", "products"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            check_sku(
                name=cleaned.get("name", ""),
                part_number=cleaned.get("part_number", ""),
                is_dynamics=cleaned.get("is_dynamics", False),
                claimable=cleaned.get("claimable", False),
                products=cleaned.get("products") or [],
            )
        except RuleViolation as violation:
            self.add_error(None, violation.message)
        return cleaned


@admin.register(CatalogueSku)
class CatalogueSkuAdmin(KeepsRows):
    """SKUs of Microsoft's list and what they stand for. What staff change here, imports leave alone."""

    form = SkuForm
    list_display = [
        "name",
        "part_number",
        "sku_id",
        "product_list",
        "is_dynamics",
        "claimable",
        "kept_by_hand",
    ]
    list_filter = [
        "is_dynamics",
        "claimable",
        "kept_by_hand",
        ("retired_at", admin.EmptyFieldListFilter),
        "products",
    ]
    search_fields = ["name", "part_number", "sku_id", "products__name", "products__code"]
    search_help_text = _("Name, part number or ID of the SKU, or name or code of a product.")
    filter_horizontal = ["products"]
    readonly_fields = ["retired_at", "kept_by_hand"]
    actions = ["let_imports_decide"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("products")

    def save_model(self, request: HttpRequest, obj: CatalogueSku, form: forms.ModelForm, change: bool) -> None:
        obj.kept_by_hand = obj.kept_by_hand or form.has_changed()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("products"))
    def product_list(self, sku: CatalogueSku) -> str:
        return ", ".join(product.code or product.name for product in sku.products.all()) or "–"

    @admin.action(description=_("Let imports decide on selected SKUs"), permissions=["change"])
    def let_imports_decide(self, request: HttpRequest, queryset: QuerySet[CatalogueSku]) -> None:
        self.message_user(
            request,
            gettext("Left to imports: {count}.").format(count=leave_to_imports(self, request, queryset)),
            messages.SUCCESS,
        )


@transaction.atomic
def leave_to_imports(page: Audited, request: HttpRequest, chosen: QuerySet) -> int:
    """Give rows that staff kept by hand back to imports, and write it down. Returns how many."""
    kept = list(chosen.filter(kept_by_hand=True))
    chosen.model._default_manager.filter(pk__in=[row.pk for row in kept]).update(kept_by_hand=False)
    page.record(request, kept, gettext("Left to imports again."))
    return len(kept)
