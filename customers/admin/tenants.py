"""Staff's doors to the customer directory (Q22)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Subscription, Tenant, TenantDomain, TenantSku
from customers.tenants import import_tenant, parse_json
from kit.admin_bases import KeepsRows
from kit.admin_import_form import FilesField, ImportForm
from kit.admin_imports import ImportsFiles, Outcome
from kit.admin_kept_files import KeptFile
from kit.admin_rows import RowInline

_IDENTITY = ("tenant", "subscription_id", "commerce_subscription_id", "sku_id", "sku_part_number")


class TenantFilesForm(ImportForm):
    """One file per tenant."""

    upload = FilesField(
        label=_("Files"),
        most=20,
        megabytes=5,
        endings=(".json",),
        help_text=_("Up to 20 JSON files, each at most 5 MB."),
    )


class DomainForm(forms.ModelForm):
    """A verified domain, in lower case."""

    class Meta:
        model = TenantDomain
        fields = ["name", "is_default", "is_initial"]

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip().lower()


class DomainInline(RowInline):
    model = TenantDomain
    form = DomainForm
    extra = 0
    verbose_name = _("verified domain")


class SkuInline(RowInline):
    model = TenantSku
    extra = 0
    verbose_name = _("SKU")


class SubscriptionInline(RowInline):
    """The tenant's subscriptions at a glance; each has its own page."""

    model = Subscription
    readonly_fields = ["shown_id", "sku_part_number", "status", "activated_at", "is_trial", "is_csp", "gone_at"]
    fields = (*readonly_fields,)
    extra = 0
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("subscription ID"))
    def shown_id(self, subscription: Subscription) -> str:
        return subscription.shown_id

    @admin.display(description=_("CSP"), boolean=True)
    def is_csp(self, subscription: Subscription) -> bool:
        return subscription.is_csp


@admin.register(Tenant)
class TenantAdmin(ImportsFiles, KeepsRows):
    """Customers' tenants. What staff change here holds until the tenant is imported again.

    The directory ID stays as it was added: claims are held under it, and imports find the tenant by it.
    """

    import_title = _("Import tenants")
    import_lead = _("One JSON file describes one tenant, as Microsoft Graph answers it.")
    import_form = TenantFilesForm
    import_of = (Tenant, Subscription)
    list_display = ["display_name", "tenant_id", "country", "default_domain", "imported_at"]
    list_filter = ["country", "imported_at"]
    search_fields = ["display_name", "tenant_id", "domains__name"]
    search_help_text = _("Name, tenant ID or domain.")
    fields = ["tenant_id", "display_name", "country", "language", "admin_emails", "imported_at"]
    inlines = [DomainInline, SkuInline, SubscriptionInline]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("domains")

    def get_readonly_fields(self, request: HttpRequest, obj: Tenant | None = None) -> list[str]:
        return ["tenant_id", "imported_at"] if obj else ["imported_at"]

    def save_model(self, request: HttpRequest, obj: Tenant, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.imported_at = timezone.now()
        super().save_model(request, obj, form, change)

    def import_file(self, file: KeptFile, *, options: dict[str, str], request: HttpRequest) -> Outcome:
        report = import_tenant(parse_json(file.content), now=timezone.now())
        tenant = report.tenant
        return Outcome(
            file.name,
            title=str(tenant),
            lists={
                gettext("added"): report.added,
                gettext("changed"): report.changed,
                gettext("gone"): report.gone,
            },
            row=tenant,
            is_new=f"Tenant {tenant.display_name}" in report.added,
        )

    @admin.display(description=_("default domain"))
    def default_domain(self, tenant: Tenant) -> str:
        return next((domain.name for domain in tenant.domains.all() if domain.is_default), "–")


@admin.register(Subscription)
class SubscriptionAdmin(KeepsRows):
    """Commercial subscriptions. What staff change here holds until the tenant is imported again.

    Which subscription it is, and of what, stays as it was added, claimed or not: claims print its ID, the SKU says which
    product it can be claimed as, and whoever corrects either by hand would be overruled by the next import anyway.
    """

    list_display = [
        "shown",
        "tenant",
        "sku_part_number",
        "status",
        "activated_at",
        "is_trial",
        "owner",
        "gone_at",
    ]
    list_filter = [
        "status",
        "is_trial",
        "provisioned",
        ("gone_at", admin.EmptyFieldListFilter),
        "activated_at",
    ]
    list_select_related = ["tenant"]
    search_fields = ["subscription_id", "commerce_subscription_id", "sku_part_number", "tenant__display_name"]
    search_help_text = _("Subscription ID, SKU part number or tenant.")
    raw_id_fields = ["tenant"]
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Subscription | None = None) -> list[str]:
        return [*_IDENTITY] if obj else []

    @admin.display(description=_("subscription ID"), ordering="commerce_subscription_id")
    def shown(self, subscription: Subscription) -> str:
        return subscription.shown_id

    @admin.display(description=_("bought through"))
    def owner(self, subscription: Subscription) -> str:
        return "CSP" if subscription.is_csp else gettext("Direct")
