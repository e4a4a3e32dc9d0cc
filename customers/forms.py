"""Forms of the pages that a customer opens from its mail."""

from django import forms

from customers.consent import COMMENT_LENGTH
from customers.enums import DenialReason

TOO_LONG = f"Keep the comment within {COMMENT_LENGTH:,} characters."


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
    comment = forms.CharField(
        label="Comments optional",
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": TOO_LONG},
    )
    share_comment = forms.BooleanField(
        label="Share my comment with the partner",
        required=False,
        help_text="The partner is told your reasons. It sees your comment only if you tick this box.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # The browser would cut a pasted text short without a word; the form keeps it and says what is wrong.
        self.fields["comment"].widget.attrs.pop("maxlength", None)


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
    comment = forms.CharField(
        label="What should Microsoft know?",
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["comment"].widget.attrs.pop("maxlength", None)
