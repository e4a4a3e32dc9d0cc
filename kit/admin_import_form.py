"""The form of an import: one file or several, each refused by its name when it cannot be one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_text_list
from django.utils.translation import gettext

from kit.admin_kept_files import KeptFile

_MEGABYTE = 1024 * 1024
LONGEST_NAME = 150


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Uploaded files as they came: at most ``most``, each with one of the ``endings`` and at most ``megabytes`` large."""

    def __init__(self, *, most: int, megabytes: int, endings: tuple[str, ...], **kwargs: Any) -> None:
        self.most, self.megabytes, self.endings = most, megabytes, endings
        widget = _FilesInput() if most > 1 else forms.FileInput()
        widget.attrs["accept"] = ",".join(endings)
        super().__init__(widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[KeptFile]:
        """Every file with its content. Raises ValidationError with a sentence for each file that cannot be taken."""
        files = [file for file in (data if isinstance(data, list) else [data]) if file]
        if not files:
            raise ValidationError(gettext("Choose a file.") if self.most == 1 else gettext("Choose at least one file."))
        if len(files) > self.most:
            raise ValidationError(
                gettext("Choose at most {most} files at a time. You chose {count}.").format(
                    most=self.most, count=len(files)
                )
            )
        if problems := [problem for file in files if (problem := self._problem_of(file))]:
            raise ValidationError(problems)
        return [KeptFile(short_name(file), file.read()) for file in files]

    def _problem_of(self, file: UploadedFile) -> str:
        name = short_name(file)
        if not name.lower().endswith(self.endings):
            return gettext("«{name}» is not a {endings} file.").format(
                name=name, endings=get_text_list(list(self.endings))
            )
        if not file.size:
            return gettext("«{name}» is empty.").format(name=name)
        if file.size > self.megabytes * _MEGABYTE:
            return gettext("«{name}» is larger than {megabytes} MB.").format(name=name, megabytes=self.megabytes)
        return ""


def short_name(file: UploadedFile) -> str:
    """The file's name for people: what can be printed of it, its end kept."""
    name = "".join(character for character in file.name or "" if character.isprintable())
    return name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}"


class ImportForm(forms.Form):
    """Base of the forms of imports; each names its own field ``upload``."""

    use_required_attribute = False

    def options(self) -> dict[str, str]:
        """What was chosen beside the files, as texts."""
        return {}
