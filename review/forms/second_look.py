"""The answer of a second reviewer."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from review.second_looks import MOST_WORDS

AGREES, OTHERWISE = "agrees", "otherwise"
WORDS_MISSING = _("Say what you would have decided, and why.")


class SecondLookForm(forms.Form):
    """Whether the second reviewer would have decided the same; words are needed where it would not."""

    answer = forms.ChoiceField(
        label=_("Would you have decided the same?"),
        choices=[(AGREES, _("Yes, I agree")), (OTHERWISE, _("No, I would have decided otherwise"))],
        error_messages={
            "required": _("Choose whether you agree."),
            "invalid_choice": _("Choose one of the two answers."),
        },
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": format_lazy(_("A comment has at most {most:,} characters."), most=MOST_WORDS)},
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words from whoever would have decided otherwise."""
        data = super().clean() or {}
        if data.get("answer") == OTHERWISE and not data.get("comment") and "comment" not in self.errors:
            self.add_error("comment", WORDS_MISSING)
        return data

    @property
    def agrees(self) -> bool:
        """What was chosen, once it is valid."""
        return bool(self.cleaned_data["answer"] == AGREES)
