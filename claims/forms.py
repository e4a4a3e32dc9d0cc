"""Forms of the claim page."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from kit.uploads import ACCEPTED_EXTENSIONS


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Cleans to the list of posted files; each is checked by the rule that stores it."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if not files:
            raise forms.ValidationError("Choose a file to upload.")
        return files


class UploadForm(forms.Form):
    """Proof of execution files (R117)."""

    proof = ManyFilesField(
        label="Drag or browse files to upload",
        widget=ManyFiles(attrs={"accept": ",".join(f".{extension}" for extension in ACCEPTED_EXTENSIONS)}),
    )


class CommentForm(forms.Form):
    """The optional comment (R118)."""

    comment = forms.CharField(
        label="Optional comment",
        required=False,
        max_length=4000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "Please add your comment here"}),
        error_messages={"max_length": "A comment has at most 4,000 characters."},
    )


class NoteForm(forms.Form):
    """The note of one document (R144)."""

    note = forms.CharField(
        label="Note",
        required=False,
        max_length=500,
        error_messages={"max_length": "A note has at most 500 characters."},
    )
