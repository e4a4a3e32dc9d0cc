"""One row of the decision form: a coded reason, what it is about, and the reviewer's own words."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.findings import MAX_WORDS, Finding
from review.decision.matter import WHOLE, Matter


class FindingForm(forms.Form):
    """A reason tied to a product, a document, a field or the whole claim. A row that says nothing is left out."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": _("This reason is no longer offered. Choose another one.")}
    )
    about = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": _("This is no longer a part of the claim. Choose again.")}
    )
    note = forms.CharField(
        label=_("Own words"),
        required=False,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "max_length": format_lazy(
                _("Your own words about a reason have at most {most:,} characters."), most=MAX_WORDS
            )
        },
    )

    def __init__(self, data: Any = None, *, matter: Matter, number: int, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, prefix=f"finding-{number}", initial=initial)
        self.matter, self.number = matter, number
        reasons = [("", gettext("Choose a reason")), *((str(r.pk), r.title) for r in matter.reasons)]
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]
        self.fields["about"].choices = matter.tie_choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Words or a tie need a reason."""
        cleaned = super().clean() or self.cleaned_data
        tied = cleaned.get("about") not in (None, "", WHOLE)
        if (tied or cleaned.get("note")) and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", gettext("Choose a reason, or empty this row."))
        return cleaned

    @property
    def finding(self) -> Finding | None:
        """What the row says; None when it says nothing, or nothing valid."""
        told = self.cleaned_data
        reason = next((each for each in self.matter.reasons if str(each.pk) == told.get("reason")), None)
        tie = self.matter.ties.get(told.get("about") or WHOLE)
        return tie.finding(reason, told.get("note", "")) if reason and tie and not self.errors else None
