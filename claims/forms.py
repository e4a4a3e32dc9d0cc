"""Forms of the claim page."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from claims.documents import MAX_NOTE
from claims.submitting import MAX_COMMENT, MAX_REASON
from kit.uploads import ACCEPTED_EXTENSIONS


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Cleans to the list of posted files; each is checked by the rule that stores it."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        # An empty file counts as chosen: the rule that looks at it says what is wrong.
        files = [
            each for each in (data if isinstance(data, list | tuple) else [data]) if each is not None and each != ""
        ]
        if not files and self.required:
            raise forms.ValidationError("Choose a file to upload.")
        return files


_WIDGET = ManyFiles(attrs={"accept": ",".join(f".{extension}" for extension in ACCEPTED_EXTENSIONS)})


class UploadForm(forms.Form):
    """Proof of execution files (R117)."""

    proof = ManyFilesField(label="Drag or browse files to upload", widget=_WIDGET)


class CommentForm(forms.Form):
    """The optional comment (R118)."""

    comment = forms.CharField(
        label="Optional comment",
        required=False,
        max_length=MAX_COMMENT,
        strip=True,
        error_messages={"max_length": f"A comment has at most {MAX_COMMENT:,} characters."},
    )


class ReasonForm(forms.Form):
    """A reason that must be given. ``asked`` is the label of its field, ``missing`` what is said when it is empty."""

    asked, missing, at_most = "Reason", "Give a reason.", MAX_REASON

    message = forms.CharField(
        max_length=MAX_REASON,
        strip=True,
        error_messages={"max_length": f"A reason has at most {MAX_REASON:,} characters."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].label = self.asked
        self.fields["message"].error_messages["required"] = self.missing


class DisassociateForm(ReasonForm):
    """Why the partner ends the association."""

    asked, missing = "Why do you end this association?", "Say why you end this association."


class DisputeForm(ReasonForm):
    """Why the partner disputes the rejection, and fresh files if it has some (Q49)."""

    asked, missing = "Why do you dispute the rejection?", "Say why you dispute the rejection."

    proof = ManyFilesField(label="New proof of execution", required=False, widget=_WIDGET)


class RefreshForm(forms.Form):
    """Fresh proof of execution for an approved claim."""

    proof = ManyFilesField(label="Fresh proof of execution", widget=_WIDGET)


class NoteForm(forms.Form):
    """The note of one document (R144)."""

    note = forms.CharField(
        label="Note",
        required=False,
        max_length=MAX_NOTE,
        error_messages={"max_length": f"A note has at most {MAX_NOTE} characters."},
    )
