"""What the queue can be narrowed to."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from accounts.models import User
from claims.calendar import day_of
from claims.enums import ACTIVITIES_OF, IN_REVIEW, Activity, ClaimStatus, QueueRank, programs_for
from claims.models import Claim, ClaimLine
from customers.enums import SolutionArea
from customers.models import Product
from kit.filters import WRONG_CHOICE, FilterInAddress, Tick
from kit.texts import Text
from partners.programs import program_names
from review.assigning import deciders
from review.queue.conditions import denied_before, has_stale_subscription, in_conflict, with_free_mail
from review.queue.search import MOST_NAMES, Names, names_searched, of_partner, partners_searched, search

_SHOWN = [choice for choice in ClaimStatus.choices if choice[0] not in {ClaimStatus.EDITING, ClaimStatus.DISCARDED}]
_FLAGS = {
    "denied": (gettext_lazy("Denied before"), denied_before),
    "free_mail": (gettext_lazy("Free mail"), with_free_mail),
    "stale": (gettext_lazy("Stale subscription"), lambda claims: claims.filter(has_stale_subscription())),
}
_TICKS = ("overdue", "conflict", "dispute", "again")
_LONGEST_AGE = 3650  # days
_COUNTRY = RegexValidator(r"^[A-Za-z]{2}$", gettext_lazy("Enter the two letters of a country, such as US."))


def _choice(label: Text, **options: Any) -> filters.ChoiceFilter:
    return filters.ChoiceFilter(label=label, empty_label=gettext_lazy("All"), error_messages=WRONG_CHOICE, **options)


class _Number(filters.Filter):
    field_class = forms.IntegerField


class QueueFilter(FilterInAddress):
    """The filters of the queue, over claims that the person may read."""

    q = filters.CharFilter(label=gettext_lazy("Search"), method="search", max_length=200)
    status = filters.MultipleChoiceFilter(
        choices=_SHOWN, label=gettext_lazy("Status"), widget=forms.CheckboxSelectMultiple, error_messages=WRONG_CHOICE
    )
    area = _choice(gettext_lazy("Solution area"), field_name="solution_area", choices=SolutionArea.choices)
    activity = _choice(gettext_lazy("Activity"), method="with_activity", choices=Activity.choices)
    program = _choice(gettext_lazy("Program"), method="of_program", choices=lambda: list(program_names().items()))
    product = filters.ModelChoiceFilter(
        queryset=Product.objects.all(), method="with_product", label=gettext_lazy("Product or workload"),
        empty_label=gettext_lazy("All"), error_messages=WRONG_CHOICE,
    )  # fmt: skip
    partner = filters.CharFilter(
        label=gettext_lazy("Partner"), method="of_partner", max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Part of the name"), "autocomplete": "off"}),
    )  # fmt: skip
    country = filters.CharFilter(
        label=gettext_lazy("Customer's country"), method="in_country", max_length=2, validators=[_COUNTRY],
        widget=forms.TextInput(attrs={"placeholder": "US", "autocomplete": "off"}),
    )  # fmt: skip
    who = _choice(gettext_lazy("Assigned to"), method="assigned_to", choices=())
    flag = _choice(
        gettext_lazy("Flag"), method="with_flag", choices=[(code, label) for code, (label, _) in _FLAGS.items()]
    )
    older = _Number(
        label=gettext_lazy("Submitted more than … days ago"), method="older_than", min_value=1, max_value=_LONGEST_AGE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    overdue = Tick(label=gettext_lazy("Overdue"), method="only_overdue")
    conflict = Tick(label=gettext_lazy("Conflict"), method="only_conflicts")
    dispute = Tick(label=gettext_lazy("Dispute"), method="only_disputes")
    again = Tick(label=gettext_lazy("Submitted again"), method="only_again")

    def __init__(self, data: QueryDict, *, claims: QuerySet[Claim], user: User, now: datetime) -> None:
        super().__init__(data, queryset=claims)
        self.user, self.now = user, now
        self.form.auto_id = "filter_%s"
        self.people = list(deciders())
        self.number = ""
        self.too_many: list[str] = []
        people = [(str(person.pk), person.get_full_name()) for person in self.people]
        self.form.fields["who"].choices = [
            ("", gettext("All")),
            ("me", gettext("Me")),
            ("nobody", gettext("Nobody")),
            *people,
        ]
        self.form.fields["product"].label_from_instance = lambda product: product.label

    @property
    def opens(self) -> bool:
        """Whether the fields are unfolded: one of them has an error."""
        return bool(self.form.errors)

    @property
    def ticks(self) -> list[forms.BoundField]:
        """The boxes."""
        return [self.form[name] for name in _TICKS]

    @property
    def inputs(self) -> list[forms.BoundField]:
        """The other fields, besides the search and the statuses."""
        return [self.form[name] for name in self.form.fields if name not in {"q", "status", *_TICKS}]

    def names(self) -> dict[str, Names]:
        """The names among which the set filters look, by a key for ``tell_of_names``."""
        given = self.set_values()
        found = [("q", each) for each in names_searched(given["q"])] if "q" in given else []
        found += [("partner", each) for each in partners_searched(given["partner"])] if "partner" in given else []
        return {f"names {number} of {place}": names for number, (place, names) in enumerate(found)}

    def tell_of_names(self, counts: Mapping[str, int]) -> None:
        """Keep in ``too_many`` where more names fit than were looked at, each sentence with the label of its field."""
        for key, names in self.names().items():
            if counts[key] > MOST_NAMES:
                label = self.form.fields[key.split()[-1]].label
                self.too_many.append(f"{label}: {names.sentence}")

    def statuses_outside(self, statuses: Collection[str]) -> list[Text]:
        """The chosen statuses that a list of these statuses does not hold, in words; none for a list without a bound."""
        chosen = self.set_values().get("status", [])
        return [ClaimStatus(each).label for each in chosen if statuses and each not in statuses]

    def search(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """By claim id, partner, customer, domain, tenant id or subscription id."""
        return search(claims, value)

    def with_activity(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Claims that name the activity, alone or with another."""
        return claims.filter(activities__contains=[value])

    def of_program(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Claims whose solution area and activities belong to the programme (R041)."""
        fitting = Q()
        for area, activities in ACTIVITIES_OF.items():
            for activity in activities:
                if value in programs_for(area, [activity]):
                    fitting |= Q(solution_area=area, activities__contains=[activity])
        return claims.filter(fitting)

    def with_product(self, claims: QuerySet[Claim], name: str, value: Product) -> QuerySet[Claim]:
        """Claims that hold the product or workload among theirs."""
        return claims.filter(pk__in=ClaimLine.objects.filter(product=value).values("claim"))

    def of_partner(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Claims of partners whose name contains the text."""
        return of_partner(claims, value)

    def in_country(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Claims on customers of the country that the directory names."""
        return claims.filter(tenant__country=value.upper())

    def assigned_to(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Claims in the hands of a person, of oneself or of nobody."""
        if value == "nobody":
            return claims.filter(reviewer=None)
        return claims.filter(reviewer=self.user.pk if value == "me" else int(value))

    def with_flag(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Claims with one of the automatic findings (Q4)."""
        narrowed: QuerySet[Claim] = _FLAGS[value][1](claims)
        return narrowed

    def older_than(self, claims: QuerySet[Claim], name: str, value: int) -> QuerySet[Claim]:
        """Claims that were submitted more than so many days ago."""
        return claims.filter(submitted_at__lt=self.now - timedelta(days=int(value)))

    def only_overdue(self, claims: QuerySet[Claim], name: str, value: bool) -> QuerySet[Claim]:
        """Claims in review whose day has passed (R162)."""
        late = {"status__in": sorted(IN_REVIEW), "queue_due_on__lt": day_of(self.now)}
        return claims.filter(**late) if value else claims

    def only_conflicts(self, claims: QuerySet[Claim], name: str, value: bool) -> QuerySet[Claim]:
        """Claims in review that compete with another partner (R170)."""
        return in_conflict(claims) if value else claims

    def only_disputes(self, claims: QuerySet[Claim], name: str, value: bool) -> QuerySet[Claim]:
        """Claims in review because the partner disputed a rejection (Q49)."""
        return self._ranked(claims, QueueRank.DISPUTE) if value else claims

    def only_again(self, claims: QuerySet[Claim], name: str, value: bool) -> QuerySet[Claim]:
        """Claims in review that came back after a request to the partner (R151)."""
        return self._ranked(claims, QueueRank.RESUBMISSION) if value else claims

    def _ranked(self, claims: QuerySet[Claim], rank: int) -> QuerySet[Claim]:
        return claims.filter(status__in=sorted(IN_REVIEW), queue_rank=rank)
