"""What the table of claims can be narrowed to, and how that stands in an address."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.enums import Activity, ClaimStatus
from claims.listing import Sort, claims_of
from claims.models import ActionRequest, Claim, ClaimLine
from customers.enums import SolutionArea
from customers.models import Product
from kit.filters import WRONG_CHOICE, FilterInAddress, Tick
from kit.texts import Text
from partners.models import Location, PartnerOrganization

# Waits for the partner: to be submitted, or to be answered.
NEEDS_ACTION = (ClaimStatus.EDITING, ClaimStatus.ACTION_REQUIRED)
_SHOWN = [choice for choice in ClaimStatus.choices if choice[0] != ClaimStatus.DISCARDED]
_NO_DAY = {"invalid": _("Enter a date such as 2026-11-24.")}


class _Day(filters.DateFilter):
    """A bound in days of UTC, the bound itself included; «gte» or «lt» of the moment that begins or ends it."""

    def __init__(self, label: Text, *, field_name: str, lookup_expr: str) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(
            field_name=field_name, lookup_expr=lookup_expr, label=label, widget=widget, error_messages=_NO_DAY
        )

    def filter(self, qs: QuerySet[Claim], value: date | None) -> QuerySet[Claim]:
        if value is None:
            return qs
        begins = datetime.combine(value, time.min, tzinfo=UTC)
        moment = begins if self.lookup_expr == "gte" else begins + timedelta(days=1)
        return qs.filter(**{f"{self.field_name}__{self.lookup_expr}": moment})


class ClaimFilter(FilterInAddress):
    """The filters of «Customer Associations». Knows only what belongs to one organisation (Q35)."""

    q = filters.CharFilter(
        label=_("Search claims"), method="search", max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Claim name, ID, domain or tenant ID")}),
    )  # fmt: skip
    needs_action = Tick(label=_("Needs my action"), method="waiting_for_partner")
    mine = Tick(label=_("Created by me"), method="created_by_me")
    status = filters.MultipleChoiceFilter(
        choices=_SHOWN, label=_("Status"), widget=forms.CheckboxSelectMultiple, error_messages=WRONG_CHOICE
    )
    area = filters.ChoiceFilter(
        field_name="solution_area", choices=SolutionArea.choices, label=_("Solution area"), empty_label=_("All"),
        error_messages=WRONG_CHOICE,
    )  # fmt: skip
    activity = filters.ChoiceFilter(
        method="with_activity",
        choices=Activity.choices,
        label=_("Activity"),
        empty_label=_("All"),
        error_messages=WRONG_CHOICE,
    )
    location = filters.ModelChoiceFilter(
        queryset=Location.objects.none(), label=_("MPN location"), empty_label=_("All"), error_messages=WRONG_CHOICE
    )
    product = filters.ModelChoiceFilter(
        queryset=Product.objects.none(), method="with_product", label=_("Product or workload"), empty_label=_("All"),
        error_messages=WRONG_CHOICE,
    )  # fmt: skip
    customer = filters.CharFilter(
        label=_("Customer"), method="of_customer", max_length=253,
        widget=forms.TextInput(attrs={"placeholder": _("Domain or tenant ID"), "autocomplete": "off", "list": "known-domains"}),
    )  # fmt: skip
    created_from = _Day(_("Created from"), field_name="created_at", lookup_expr="gte")
    created_to = _Day(_("Created to"), field_name="created_at", lookup_expr="lt")
    active_from = _Day(_("Last activity from"), field_name="last_activity_at", lookup_expr="gte")
    active_to = _Day(_("Last activity to"), field_name="last_activity_at", lookup_expr="lt")

    def __init__(self, data: QueryDict, *, organization: PartnerOrganization, user: User) -> None:
        super().__init__(data, queryset=claims_of(organization))
        self.organization, self.user = organization, user
        self.form.auto_id = "filter_%s"  # the wizard's dialog over this page has fields of the same names
        choices = self.form.fields
        choices["location"].queryset = organization.locations.all()
        used = ClaimLine.objects.filter(organization=organization).values("product")
        choices["product"].queryset = Product.objects.filter(pk__in=used)
        choices["product"].label_from_instance = lambda product: product.label
        for first, last in (("created_from", "created_to"), ("active_from", "active_to")):
            self._check_order(first, last)

    def _check_order(self, first: str, last: str) -> None:
        self.form.is_valid()
        begin, end = (self.form.cleaned_data.get(name) for name in (first, last))
        if begin and end and begin > end:
            self.form.add_error(last, gettext("This day lies before the first one."))

    @property
    def claims(self) -> QuerySet[Claim]:
        """The claims that all valid filters leave; a filter with an error leaves all (its sentence stands beside it)."""
        return self.qs

    @property
    def opens(self) -> bool:
        """Whether the less common filters are unfolded: one of them is set, or has an error."""
        folded = set(self.form.fields) - {"q", "needs_action", "mine"}
        return bool(folded & (self.set_values().keys() | self.form.errors.keys()))

    def search(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """By claim name, id, customer domain or tenant id; parts of each are enough."""
        text = value.strip()
        found = Q(name__icontains=text) | _customer(text)
        digits = text.upper().removeprefix("ID:").strip()
        if digits.isascii() and digits.isdigit():
            found |= Q(pk__startswith=digits)
        return claims.filter(found)

    def of_customer(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """By customer domain or tenant id."""
        return claims.filter(_customer(value.strip()))

    def waiting_for_partner(self, claims: QuerySet[Claim], name: str, value: bool) -> QuerySet[Claim]:
        """Only claims that wait for the partner: to be submitted, or to be answered, also while they stay approved."""
        if not value:
            return claims
        asked = ActionRequest.objects.filter(closed_at=None, claim__organization=self.organization).values("claim")
        return claims.filter(Q(status__in=NEEDS_ACTION) | Q(status=ClaimStatus.APPROVED, pk__in=asked))

    def created_by_me(self, claims: QuerySet[Claim], name: str, value: bool) -> QuerySet[Claim]:
        """Only claims that this person created."""
        return claims.filter(created_by=self.user) if value else claims

    def with_activity(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Claims that name the activity, alone or with another."""
        return claims.filter(activities__contains=[value])

    def with_product(self, claims: QuerySet[Claim], name: str, value: Product) -> QuerySet[Claim]:
        """Claims that hold the product or workload among theirs."""
        holders = ClaimLine.objects.filter(organization=self.organization, product=value).values("claim")
        return claims.filter(pk__in=holders)

    def known_domains(self) -> list[str]:
        """Customer domains of the own claims, to choose from while typing; at most 200."""
        own = self.organization.claims.exclude(status=ClaimStatus.DISCARDED)
        return list(own.order_by("customer_domain").values_list("customer_domain", flat=True).distinct()[:200])

    def query(self, *, sort: Sort | None = None) -> QueryDict:
        """The set filters, and an order that is not the usual one, as they stand in an address; nothing empty or wrong."""
        query = super().query()
        if sort is not None and sort != Sort.of(""):
            query["sort"] = sort.code
        return query


def _customer(text: str) -> Q:
    """Claims of customers whose domain, or tenant id with or without dashes, contains the text."""
    found = Q(customer_domain__icontains=text) | Q(tenant__tenant_id__icontains=text.lower())
    try:
        return found | Q(tenant__tenant_id=UUID(text))
    except ValueError:
        return found
