"""What staff see and keep of claims in the admin. A claim itself moves only through the desk, never by a form here."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.calendar import coming_holidays, day_of, holiday_name
from claims.holiday_form import HolidayForm
from claims.models import Association, Holiday
from claims.reason_admin import ReasonCodeAdmin
from customers.countries import country_name
from kit.admin_audit import Audited
from kit.admin_bases import ReadOnly

__all__ = ["AssociationAdmin", "HolidayAdmin", "ReasonCodeAdmin"]


@admin.register(Association)
class AssociationAdmin(ReadOnly):
    """Who is partner of record for what. Read-only: a decision, a denial or the partner opens and ends it."""

    list_display = ["organization", "tenant", "product", "subscription", "exclusive", "started_at", "ended_at"]
    list_filter = ["exclusive", ("ended_at", admin.EmptyFieldListFilter), "end_reason"]
    list_select_related = ["organization", "tenant", "product", "subscription"]
    search_fields = ["=claim__pk", "organization__name", "tenant__display_name", "tenant__domains__name"]
    search_help_text = _("A claim's number, a partner's name, or a customer's name or domain.")
    ordering = ["-started_at", "-pk"]


@admin.register(Holiday)
class HolidayAdmin(Audited):
    """Days on which the review clock differs from its country's calendar (Q42). Nothing points to them: they may be deleted.

    A due date that was set stays as it was promised; a change here counts for those that are set from then on.
    """

    form = HolidayForm
    radio_fields = {"is_working_day": admin.VERTICAL}
    list_display = ["day", "name", "is_working_day", "otherwise"]
    list_filter = ["is_working_day"]
    date_hierarchy = "date"
    search_fields = ["name"]
    ordering = ["-date"]

    def get_fieldsets(self, request: HttpRequest, obj: Holiday | None = None) -> Any:
        country = country_name(settings.REVIEW_CALENDAR_COUNTRY)
        description = gettext(
            "Country calendar: {country}. Business days are Monday to Friday without its public holidays. An entry "
            "here decides for its day instead. Only due dates that are set from now on are affected."
        ).format(country=country)
        return [(None, {"fields": ["date", "is_working_day", "name"], "description": description})]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The entries, above them which calendar applies beneath and its holidays of the coming year."""
        country = settings.REVIEW_CALENDAR_COUNTRY
        beneath = {
            "title": gettext("Holidays of the review clock"),
            "country": country_name(country),
            "coming": coming_holidays(day_of(timezone.now()), country=country),
        }
        return super().changelist_view(request, {**beneath, **(extra_context or {})})

    @admin.display(description=_("date"), ordering="date")
    def day(self, entry: Holiday) -> str:
        return date_format(entry.date, gettext("l, F j, Y"))

    @admin.display(description=_("without this entry"))
    def otherwise(self, entry: Holiday) -> str:
        weekend = gettext("Weekend") if entry.date.weekday() >= 5 else gettext("Business day")
        return holiday_name(entry.date, country=settings.REVIEW_CALENDAR_COUNTRY) or weekend
