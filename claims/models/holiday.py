"""Days on which the review clock differs from the calendar of its country."""

from django.db import models


class Holiday(models.Model):
    """An entry of staff above the country's calendar: one more day off, or a day on which the desk works after all (Q42).

    Due dates that are set from now on follow it (``claims.calendar``); those that were promised stay.
    """

    date = models.DateField(
        unique=True, error_messages={"unique": "This day has an entry already. Change that one instead."}
    )
    name = models.CharField(max_length=80, help_text="What it is, for colleagues: «Company holiday».")
    is_working_day = models.BooleanField(
        "kind",
        choices=[(False, "Day off"), (True, "Working day")],
        default=False,
        help_text="A day off does not count as a business day. A working day counts, though it is a holiday or a weekend.",
    )

    class Meta:
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{self.date:%B} {self.date.day}, {self.date.year}: {self.name}"
