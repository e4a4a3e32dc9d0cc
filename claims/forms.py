"""Forms of the claim page."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.documents import MAX_NOTE
from claims.submitting import MAX_COMMENT, MAX_REASON
from kit.texts import Text
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
            raise forms.ValidationError(gettext("Choose a file to upload."))
        return files


_WIDGET = ManyFiles(attrs={"accept": ",".join(f".{extension}" for extension in ACCEPTED_EXTENSIONS)})


class UploadForm(forms.Form):
    """Proof of execution files (R117)."""

    proof = ManyFilesField(label=_("Drag or browse files to upload"), widget=_WIDGET)


class CommentForm(forms.Form):
    """The optional comment (R118)."""

    comment = forms.CharField(
        label=_("Optional comment"),
        required=False,
        max_length=MAX_COMMENT,
        strip=True,
        error_messages={"max_length": format_lazy(_("A comment has at most {most:,} characters."), most=MAX_COMMENT)},
    )


class ReasonForm(forms.Form):
    """A reason that must be given. ``asked`` is the label of its field, ``missing`` what is said when it is empty."""

    asked: Text = _("Reason")
    missing: Text = _("Give a reason.")
    at_most = MAX_REASON

    message = forms.CharField(
        max_length=MAX_REASON,
        strip=True,
        error_messages={"max_length": format_lazy(_("A reason has at most {most:,} characters."), most=MAX_REASON)},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].label = self.asked
        self.fields["message"].error_messages["required"] = self.missing


class DisassociateForm(ReasonForm):
    """Why the partner ends the association."""

    asked = _("Why do you end this association?")
    missing = _("Say why you end this association.")


class DisputeForm(ReasonForm):
    """Why the partner disputes the rejection, and fresh files if it has some (Q49)."""

    asked = _("Why do you dispute the rejection?")
    missing = _("Say why you dispute the rejection.")

    proof = ManyFilesField(label=_("New proof of execution"), required=False, widget=_WIDGET)


class RefreshForm(forms.Form):
    """Fresh proof of execution for an approved claim."""

    proof = ManyFilesField(label=_("Fresh proof of execution"), widget=_WIDGET)


class NoteForm(forms.Form):
    """The note of one document (R144)."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=MAX_NOTE,
        error_messages={"max_length": format_lazy(_("A note has at most {most} characters."), most=MAX_NOTE)},
    )
