"""What may be chosen on the Sales summary."""

from collections.abc import Iterable, Mapping

from django import forms
from django.db import models
from django.utils.translation import gettext, gettext_lazy

from partners.models import Location
from revenue.currencies import currency_name
from revenue.enums import PerformanceArea


class Period(models.TextChoices):
    """Which roll the detail page lists."""

    CURRENT = "current", gettext_lazy("Current 12 Month Roll")
    PRIOR = "prior", gettext_lazy("Prior 12 Month Roll")


class SalesFilter(forms.Form):
    """Area, organisation or location, and currency. What is missing or wrong falls back to the first choice."""

    area = forms.ChoiceField(
        label=gettext_lazy("Performance Area"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("There is no such performance area. AX/D365 Rev Rec is shown.")},
    )
    location = forms.ChoiceField(label=gettext_lazy("View sale for"), required=False)
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("You have no revenue in this currency. US Dollars are shown.")},
    )

    def __init__(self, data: Mapping[str, str], *, locations: Iterable[Location], currencies: Iterable[str]) -> None:
        super().__init__(data)
        offered = {
            "area": [(area.value, f"{area.label} ({area.kind})") for area in PerformanceArea],
            "location": [("", gettext("Organization")), *((str(each.pk), _place(each)) for each in locations)],
            "currency": [(code, currency_name(code)) for code in currencies],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def chosen(self, name: str) -> str:
        """The chosen value, or the first one that is offered when nothing or something else was chosen."""
        self.is_valid()
        first, _ = next(iter(self.fields[name].choices))  # type: ignore[attr-defined]
        return self.cleaned_data.get(name) or str(first)


def _place(location: Location) -> str:
    return str(location) if location.is_active else gettext("{location}, inactive").format(location=location)


class DetailFilter(SalesFilter):
    """The same for the detail page, which also asks for the roll."""

    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        choices=Period,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("There is no such period. The current roll is shown.")},
    )
