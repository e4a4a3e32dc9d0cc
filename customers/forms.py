"""Forms of the pages that a customer opens from its mail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.consent import COMMENT_LENGTH, comment_too_long
from customers.consent.links import read_number
from customers.enums import DenialReason


class CommentField(forms.CharField):
    """Free text that nobody has to give. Too long a text is kept as typed and refused in words.

    Without ``maxlength`` on the control, as the browser would cut a pasted text short without a word. A line
    break counts once, as in what the person sees.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > COMMENT_LENGTH:
            raise forms.ValidationError(comment_too_long(), code="max_length")


class DenialForm(forms.Form):
    """Why the customer denies (R187, Q37). The comment is asked for, never forced."""

    reasons = forms.MultipleChoiceField(
        label=_("Let us know why you don't want this subscription associated with this partner."),
        choices=DenialReason,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one reason."),
            "invalid_choice": _("Choose one of these reasons."),
        },
    )
    comment = CommentField(label=_("Comments optional"))
    share_comment = forms.BooleanField(
        label=_("Share my comment with the partner"),
        required=False,
        help_text=_("The partner is told your reasons. It sees your comment only if you tick this box."),
    )


class SurveyForm(forms.Form):
    """The customer's view of the partner (Q43)."""

    rating = forms.TypedChoiceField(
        label=_("How satisfied are you with this partner's work on your Dynamics 365?"),
        choices=[
            (5, pgettext_lazy("rating", "Very satisfied")),
            (4, pgettext_lazy("rating", "Satisfied")),
            (3, pgettext_lazy("rating", "Neither satisfied nor dissatisfied")),
            (2, pgettext_lazy("rating", "Dissatisfied")),
            (1, pgettext_lazy("rating", "Very dissatisfied")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one answer."), "invalid_choice": _("Choose one of these answers.")},
    )
    comment = CommentField(label=_("What should Microsoft know?"))


class NumberForm(forms.Form):
    """The reference number of a message (F8)."""

    number = forms.CharField(
        label=_("Reference number"),
        help_text=_("It stands at the end of the message, for example 4KQF-7XMB-Z2PH."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={
            "required": _("Type the reference number of the message."),
            "max_length": _("A reference number has 12 letters and digits."),
        },
    )

    def clean_number(self) -> str:
        number = read_number(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(
                _("This can't be one of our numbers. They have 12 letters and digits, without I, L, O, U, 0 and 1.")
            )
        return number
