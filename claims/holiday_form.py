"""The form in which staff keep days on which the review clock differs from its country's calendar."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from claims.calendar import day_of, is_usual_business_day
from claims.models import Holiday

MOST_YEARS = 10
_SATURDAY = 5


def refusal_of_entry(day: date, *, is_working_day: bool, today: date) -> str:
    """Why an entry for this day would change nothing, or looks mistyped, as a sentence; empty when it is fine.

    A day off on a holiday of the country is fine: it stays a day off if that calendar is corrected (Q42).
    """
    if abs(day.year - today.year) > MOST_YEARS:
        return gettext("Choose a day that is at most {most} years away.").format(most=MOST_YEARS)
    if not is_working_day and day.weekday() >= _SATURDAY:
        return gettext(
            "This is a {weekday}, and weekends are no business days anyway. Choose a day from Monday to Friday."
        ).format(weekday=date_format(day, "l"))
    if is_working_day and is_usual_business_day(day, country=settings.REVIEW_CALENDAR_COUNTRY):
        return gettext(
            "This {weekday} is a business day already. Choose a public holiday or a weekend, or make it a day off."
        ).format(weekday=date_format(day, "l"))
    return ""


class HolidayForm(forms.ModelForm):
    """An entry; its day and kind are checked when one of them is new, so that a name can always be corrected."""

    class Meta:
        model = Holiday
        fields = ["date", "is_working_day", "name"]
        help_texts = {"date": gettext_lazy("Year, month, day: 2026-11-27.")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day, works = data.get("date"), data.get("is_working_day")
        if day is not None and works is not None and {"date", "is_working_day"} & set(self.changed_data):
            refusal = refusal_of_entry(day, is_working_day=works, today=day_of(timezone.now()))
            if refusal:
                self.add_error("date", refusal)
        return data
