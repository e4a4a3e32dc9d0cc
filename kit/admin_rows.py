"""Fields that stand in the rows of a table: the stock admin gives them no name that a screen reader could say."""

from typing import Any

from django.contrib import admin
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.forms.utils import pretty_name
from django.http import HttpRequest
from django.utils.translation import gettext


class _NamesFields:
    """A set of forms, one to a row. Each field is called by its label and the row, as in «Position: Weak proof»."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)  # type: ignore[misc]
        row = str(form.instance) if form.instance.pk else gettext("new row")
        for name, field in form.fields.items():
            label = field.label or pretty_name(name)
            field.widget.attrs.setdefault("aria-label", f"{label}: {row}")


class NamedRowFormSet(_NamesFields, BaseModelFormSet):
    """The rows of a list."""


class NamedInlineFormSet(_NamesFields, BaseInlineFormSet):
    """The rows of another table on a page. Each knows the row that the page is about, so that none has to ask for it."""

    def add_fields(self, form: Any, index: int | None) -> None:
        if form.instance.pk:
            setattr(form.instance, self.fk.name, self.instance)
        super().add_fields(form, index)


class NamedRows(admin.ModelAdmin):
    """A list whose ``list_editable`` fields have names."""

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> type[BaseModelFormSet]:
        return super().get_changelist_formset(request, **{"formset": NamedRowFormSet, **kwargs})


class RowInline(admin.TabularInline):
    """Rows of another table, whose fields have names."""

    formset = NamedInlineFormSet
