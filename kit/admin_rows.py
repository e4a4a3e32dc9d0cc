"""Fields that stand in the rows of a table: the stock admin gives them no name that a screen reader could say."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest


class RowForm(forms.ModelForm):
    """A form in one row of a table. Each field is called by its label and the row, as in «Position: Weak proof»."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            row = str(self.instance) if self.instance.pk else "new row"
            field.widget.attrs.setdefault("aria-label", f"{field.label}: {row}")


class NamedRows(admin.ModelAdmin):
    """A list whose ``list_editable`` fields have names."""

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return super().get_changelist_form(request, **{"form": RowForm, **kwargs})


class RowInline(admin.TabularInline):
    """Rows of another table, whose fields have names. A form of its own must be a ``RowForm`` too."""

    form = RowForm
