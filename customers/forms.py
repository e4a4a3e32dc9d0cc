"""Forms of the pages that a customer opens from its mail."""

from typing import Any

from django import forms

from customers.consent import COMMENT_LENGTH
from customers.enums import DenialReason


class CommentField(forms.CharField):
    """Free text that nobody has to give. Too long a text is kept as typed and refused in words.

    Without ``maxlength`` on the control, as the browser would cut a pasted text short without a word. A line
    break counts once, as in what the person sees.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=COMMENT_LENGTH,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"max_length": f"Keep the comment within {COMMENT_LENGTH:,} characters."},
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class DenialForm(forms.Form):
    """Why the customer denies (R187, Q37). The comment is asked for, never forced."""

    reasons = forms.MultipleChoiceField(
        label="Let us know why you don't want this subscription associated with this partner.",
        choices=DenialReason,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one reason.",
            "invalid_choice": "Choose one of these reasons.",
        },
    )
    comment = CommentField(label="Comments optional")
    share_comment = forms.BooleanField(
        label="Share my comment with the partner",
        required=False,
        help_text="The partner is told your reasons. It sees your comment only if you tick this box.",
    )


class SurveyForm(forms.Form):
    """The customer's view of the partner (Q43)."""

    rating = forms.TypedChoiceField(
        label="How satisfied are you with this partner's work on your Dynamics 365?",
        choices=[
            (5, "Very satisfied"),
            (4, "Satisfied"),
            (3, "Neither satisfied nor dissatisfied"),
            (2, "Dissatisfied"),
            (1, "Very dissatisfied"),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one answer."},
    )
    comment = CommentField(label="What should Microsoft know?")
