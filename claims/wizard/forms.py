"""The forms of the wizard's steps. Each knows the wizard, because its choices depend on earlier answers (R041)."""

import re
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.contact_form import NOT_AN_ADDRESS, OWN_COMPANY, OWN_PEOPLE, CustomerContact, same_domain
from claims.eligibility import INVALID_SUBSCRIPTION, ProductChoice, check_known_subscription, silent_subscriptions
from claims.enums import ACTIVITIES_OF, Activity
from claims.problems import MAX_PRODUCTS
from claims.wizard.subscriptions import GUID_EXAMPLE
from customers.consent import works_for
from customers.directory import directory
from customers.enums import SolutionArea
from customers.models import Product, Subscription, Tenant
from partners.models import Location

if TYPE_CHECKING:
    from claims.wizard.state import Wizard

_DOMAIN = RegexValidator(
    r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$",
    _("Enter a domain name such as company.onmicrosoft.com."),
    flags=re.IGNORECASE,
)


class StepForm(forms.Form):
    """Base of all steps: takes the wizard, and needs no browser-side checks to be right."""

    use_required_attribute = False

    def __init__(self, *args: Any, wizard: "Wizard", **kwargs: Any) -> None:
        self.wizard = wizard
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class SolutionAreaForm(StepForm):
    """First step (R050)."""

    solution_area = forms.ChoiceField(
        label=_("Solution area"),
        choices=SolutionArea.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select a solution area.")},
    )


class ActivityForm(StepForm):
    """Second step (R060-R067, Q10): Pre-sales and Usage may go together, Revenue association stands alone."""

    activities = forms.MultipleChoiceField(
        label=_("Activity"),
        choices=Activity.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Select an activity.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = ACTIVITIES_OF[SolutionArea(self.wizard.solution_area)]
        self.fields["activities"].choices = [(activity.value, activity.label) for activity in possible]  # type: ignore[attr-defined]
        if len(possible) == 1:
            self.fields["activities"].initial = [possible[0].value]

    def clean_activities(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["activities"]
        if Activity.REVENUE in chosen and len(chosen) > 1:
            raise forms.ValidationError(
                gettext("Choose either an incentive fee motion or revenue association, not both.")
            )
        return chosen


class LocationChoiceField(forms.ModelChoiceField):
    """Prints a location as «TORONTO, CA (563676) *»; the asterisk marks an enrolled one (R072)."""

    enrolled: frozenset[int] = frozenset()

    def label_from_instance(self, obj: Location) -> str:
        return f"{obj} *" if obj.pk in self.enrolled else str(obj)


class CustomerForm(StepForm):
    """Third step: MPN location and customer (R070-R076, Q22). When a claim is edited only the location is asked."""

    location = LocationChoiceField(
        label=_("MPN location"),
        queryset=Location.objects.none(),
        empty_label=_("Select an MPN location"),
        error_messages={
            "required": _("Select an MPN location."),
            "invalid_choice": _("Select an active MPN location that you have access to."),
        },
    )
    only_enrolled = forms.BooleanField(label=_("Only show enrolled MPNs *"), required=False)
    domain = forms.CharField(
        label=_("Customer domain name"),
        max_length=253,
        validators=[_DOMAIN],
        widget=forms.TextInput(
            attrs={"placeholder": "company.onmicrosoft.com", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the customer's domain name.")},
    )
    tenant_id = forms.UUIDField(
        label=_("Directory ID (Tenant ID)"),
        widget=forms.TextInput(attrs={"placeholder": GUID_EXAMPLE, "spellcheck": "false"}),
        error_messages={
            "required": _("Enter the customer's directory ID (tenant ID)."),
            "invalid": _("This is not a directory ID. It looks like 72F988BF-86F1-41AF-91AB-2D7CD011DB47."),
        },
    )
    tenant: Tenant | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locations = self.wizard.locations
        field = cast(LocationChoiceField, self.fields["location"])
        field.enrolled = self.wizard.enrolled_locations
        field.queryset = locations
        if self.initial.get("only_enrolled"):
            field.queryset = locations.filter(pk__in=field.enrolled)
        if self.wizard.claim is not None:
            del self.fields["domain"], self.fields["tenant_id"]

    def clean_domain(self) -> str:
        return str(self.cleaned_data["domain"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.wizard.claim is not None:
            self.tenant = self.wizard.claim.tenant
            return cleaned
        domain, tenant_id = cleaned.get("domain"), cleaned.get("tenant_id")
        if domain and tenant_id:
            lookup = directory()
            self.tenant = lookup.find_tenant(tenant_id)
            if self.tenant is None:
                self.add_error(
                    "tenant_id", gettext("No customer with this directory ID is known. Ask the customer to confirm it.")
                )
            elif not lookup.owns_domain(self.tenant, domain):
                self.add_error(
                    "domain",
                    gettext(
                        "The domain name and the directory ID do not match. Ask the customer for the domain name and the "
                        "directory ID that belong together."
                    ),
                )
        return cleaned


class ProductsForm(StepForm):
    """Fourth step: up to four products or workloads (R080-R087)."""

    products = forms.ModelMultipleChoiceField(
        label=_("Products/workloads"),
        queryset=Product.objects.none(),
        error_messages={
            "required": _("Select at least one product/workload."),
            "invalid_choice": _("One of the selected products cannot be claimed."),
            "invalid_pk_value": _("One of the selected products cannot be claimed."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: list[ProductChoice] = self.wizard.product_choices
        field = cast(forms.ModelMultipleChoiceField, self.fields["products"])
        field.queryset = Product.objects.filter(pk__in=[choice.product.pk for choice in self.choices])

    @property
    def chosen_ids(self) -> set[str]:
        """What stands ticked, typed or remembered."""
        return {str(value) for value in (self["products"].value() or [])}

    @property
    def any_taken(self) -> bool:
        """Whether the footnote to the asterisk is needed (R085)."""
        return any(choice.taken_by_us for choice in self.choices)

    @property
    def chosen_elsewhere(self) -> bool:
        """Whether something ticked is not on the tenant, so that its list stands open."""
        chosen = self.chosen_ids
        return any(not choice.on_tenant and str(choice.product.pk) in chosen for choice in self.choices)

    def clean_products(self) -> list[Product]:
        chosen = sorted(self.cleaned_data["products"], key=lambda product: product.name)
        if len(chosen) > MAX_PRODUCTS:
            raise forms.ValidationError(gettext("Select up to four product(s)/workload(s)."))
        by_id = {choice.product.pk: choice for choice in self.choices}
        silent = silent_subscriptions(chosen, self.wizard.tenant)
        errors: list[forms.ValidationError] = []
        for product in chosen:
            choice = by_id[product.pk]
            if choice.taken_by_us:
                errors.append(
                    forms.ValidationError(
                        gettext(
                            "Your company has already submitted a customer association for this product/workload: {product}"
                        ).format(product=product.label)
                    )
                )
            elif not choice.can_choose:
                errors.append(
                    forms.ValidationError(
                        gettext("{product} does not exist on the customer's tenant.").format(product=product.label)
                    )
                )
            else:
                errors += self._silent_refusal(product, silent.get(product.pk))
        if errors:
            raise forms.ValidationError(errors)
        return chosen

    def _silent_refusal(self, product: Product, only: Subscription | None) -> list[forms.ValidationError]:
        """A product with one subscription takes it without asking; what is wrong with it is said here (Q18)."""
        if only is None:
            return []
        checked = check_known_subscription(
            only,
            organization=self.wizard.organization,
            incentive=self.wizard.incentive,
            now=self.wizard.now,
            editing=self.wizard.claim,
        )
        if checked.cause is None:
            return []
        return [forms.ValidationError(f"{product.label}: {INVALID_SUBSCRIPTION} {checked.detail}")]


class ContactsForm(CustomerContact, StepForm):
    """Last step: contacts and the claim's name (R100-R104, Q28, Q47)."""

    partner_name = forms.CharField(
        label=_("Contact name"), max_length=120, error_messages={"required": _("Enter your company's contact.")}
    )
    partner_email = forms.EmailField(
        label=_("Contact email"), max_length=254,
        error_messages={"required": _("Enter the e-mail address of your company's contact."), "invalid": NOT_AN_ADDRESS},
    )  # fmt: skip
    seller_name = forms.CharField(label=_("Dynamics solution seller name"), max_length=120, required=False)
    isv_solution = forms.CharField(label=_("ISV product or solution name"), max_length=200, required=False)
    claim_name = forms.CharField(
        label=_("Name this claim"), max_length=120, error_messages={"required": _("Name this claim.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("customer_name", "customer_email", "customer_title", "seller_name", "isv_solution", "claim_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["partner_name"].widget.attrs["autocomplete"] = "name"
        self.fields["partner_email"].widget.attrs["autocomplete"] = "email"
        if self.wizard.incentive:
            del self.fields["seller_name"], self.fields["isv_solution"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        customer = str(cleaned.get("customer_email", ""))
        if same_domain(customer, str(cleaned.get("partner_email", ""))):
            self.add_error("customer_email", OWN_COMPANY)
        elif customer and works_for(customer, self.wizard.organization):
            self.add_error("customer_email", OWN_PEOPLE)
        return cleaned
