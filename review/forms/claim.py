"""Small forms of a claim's page at the desk: starting the review, and the comment to the partner."""

from django import forms
from django.utils.translation import gettext_lazy as _


class StartForm(forms.Form):
    """Which version of the claim the reviewer had before the eyes."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CommentForm(forms.Form):
    """A comment in the thread that the partner reads, signed «Microsoft» (Q50)."""

    text = forms.CharField(
        label=_("Comment to the partner"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write a comment first."),
            "max_length": _("A comment has at most 4,000 characters."),
        },
    )


class NoteForm(forms.Form):
    """A note that only Microsoft reads."""

    note = forms.CharField(
        label=_("Note for colleagues"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write a note first."),
            "max_length": _("A note has at most 4,000 characters."),
        },
    )
