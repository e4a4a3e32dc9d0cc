"""The answer of a second reviewer."""

from typing import Any

from django import forms

from review.second_looks import MOST_WORDS

AGREES, OTHERWISE = "agrees", "otherwise"
WORDS_MISSING = "Say what you would have decided, and why."


class SecondLookForm(forms.Form):
    """Whether the second reviewer would have decided the same; words are needed where it would not."""

    answer = forms.ChoiceField(
        label="Would you have decided the same?",
        choices=[(AGREES, "Yes, I agree"), (OTHERWISE, "No, I would have decided otherwise")],
        error_messages={
            "required": "Choose whether you agree.",
            "invalid_choice": "Choose one of the two answers.",
        },
    )
    comment = forms.CharField(
        label="Comment",
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": f"A comment has at most {MOST_WORDS:,} characters."},
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
