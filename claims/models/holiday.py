"""Days on which the review clock differs from the calendar of its country."""

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """An entry of staff above the country's calendar: one more day off, or a day on which the desk works after all (Q42).

    Due dates that are set from now on follow it (``claims.calendar``); those that were promised stay.
    """

    date = models.DateField(
        unique=True, error_messages={"unique": _("This day has an entry already. Change that one instead.")}
    )
    name = models.CharField(max_length=80, help_text=_("What it is, for colleagues: «Company holiday»."))
    is_working_day = models.BooleanField(
        _("kind"),
        choices=[(False, _("Day off")), (True, _("Working day"))],
        default=False,
        help_text=_(
            "A day off does not count as a business day. A working day counts, though it is a holiday or a weekend."
        ),
    )

    class Meta:
        ordering = ["-date"]

    def __str__(self) -> str:
        day = date_format(self.date, gettext("F j, Y"))
        return f"{day}: {self.name}"
