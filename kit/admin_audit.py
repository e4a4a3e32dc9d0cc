"""What staff change in the admin is written down with the old and the new values, whichever door they take."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import ActionLocation
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest

NOTHING = "–"
LONGEST_VALUE = 300
_SECRETS = ("password", "token", "secret", "digest")
Entry = dict[str, dict[str, Any]]


class Audited(admin.ModelAdmin):
    """Every addition, change and deletion leaves a row in the change log, field by field, old → new.

    Passwords and other secrets are named, never shown. Actions call ``record`` for each row that they changed.
    Nothing is deleted in bulk.
    """

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        actions = super().get_actions(request, action_location=action_location)
        actions.pop("delete_selected", None)
        return actions

    def construct_change_message(
        self, request: HttpRequest, form: forms.BaseForm, formsets: Any, add: bool = False
    ) -> list[Entry]:
        """What the change log says of a submitted form and its inlines, in the shape that Django keeps."""
        entries = _added(form) if add else _changed(form)
        for formset in formsets or ():
            entries += _of_formset(formset)
        return entries

    def record(self, request: HttpRequest, rows: Iterable[models.Model], sentence: str) -> None:
        """Write down that an action changed these rows, one entry each."""
        LogEntry.objects.log_actions(_person(request), rows, CHANGE, sentence)

    def record_import(
        self, request: HttpRequest, sentence: str, *, name: str, row: models.Model | None = None, added: bool = False
    ) -> None:
        """Write down an import: of ``row``, or into this whole table when no single row stands for it."""
        table = ContentType.objects.get_for_model(row or self.model)
        LogEntry.objects.create(
            user_id=_person(request), content_type=table, object_id=row.pk if row else None, object_repr=name[:200],
            action_flag=ADDITION if added else CHANGE, change_message=sentence,
        )  # fmt: skip


def _person(request: HttpRequest) -> int:
    return request.user.pk  # type: ignore[return-value]  # the admin lets nobody come here who is not signed in


def _added(form: forms.BaseForm) -> list[Entry]:
    entries: list[Entry] = [{"added": {}}]
    for name in form.changed_data:
        if name in form.fields and not _is_secret(name) and name in form.cleaned_data:
            value = _shown(form, name, form.cleaned_data[name])
            entries.append({"added": {"name": _label(form, name), "object": value}})
    return entries


def _changed(form: forms.BaseForm, **of: str) -> list[Entry]:
    return [{"changed": {**of, "fields": [_difference(form, name)]}} for name in form.changed_data]


def _difference(form: forms.BaseForm, name: str) -> str:
    label = _label(form, name)
    if name not in form.fields or _is_secret(name):
        return label
    old = _shown(form, name, form.get_initial_for_field(form.fields[name], name))
    return f"{label}: {old} → {_shown(form, name, form.cleaned_data.get(name))}"


def _of_formset(formset: BaseModelFormSet) -> list[Entry]:
    entries: list[Entry] = [_whole("added", row) for row in formset.new_objects]
    changed = {row.pk for row, _ in formset.changed_objects}
    for form in formset.initial_forms:
        if form.instance.pk in changed and form.has_changed():
            entries += _changed(form, **_whole("changed", form.instance)["changed"])
    return [*entries, *(_whole("deleted", row) for row in formset.deleted_objects)]


def _whole(what: str, row: models.Model) -> Entry:
    return {what: {"name": str(row._meta.verbose_name), "object": str(row)}}


def _label(form: forms.BaseForm, name: str) -> str:
    return str(form.fields[name].label or name) if name in form.fields else name


def _is_secret(name: str) -> bool:
    return any(word in name for word in _SECRETS)


def _shown(form: forms.BaseForm, name: str, value: Any) -> str:
    """A value as people read it: choices by their labels, rows by their names, lists with commas."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField) and not isinstance(value, models.Model) and value not in (None, ""):
        value = _rows(field, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "":
        return NOTHING
    is_choice = isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField)
    labels = dict(getattr(field, "choices", ())) if is_choice else {}
    values = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    text = ", ".join(sorted(str(labels.get(each, each)) for each in values)) or NOTHING
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _rows(field: forms.ModelChoiceField, value: Any) -> Any:
    """The rows that a field's initial value names by key; what is left of it when they are gone."""
    single = not isinstance(value, Iterable) or isinstance(value, str)
    values = [value] if single else list(value)
    keys = [each.pk if isinstance(each, models.Model) else each for each in values]
    model = field.queryset.model  # type: ignore[union-attr]
    return list(model._default_manager.filter(**{f"{field.to_field_name or 'pk'}__in": keys}))
