"""Filters of a list as they stand in an address, and in words."""

from typing import Any

import django_filters as filters
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kit.templatetags.portal import written

WRONG_CHOICE = {"invalid_choice": _("Choose one of the list; this one does not exist.")}


class Tick(filters.Filter):
    """A box to tick; unticked it filters nothing."""

    field_class = forms.BooleanField


class FilterInAddress(filters.FilterSet):
    """A set of filters that can say which of them are set, and what the address is without one of them.

    A filter with an error filters nothing; its sentence stands beside its field.
    """

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.set_values())

    def query(self) -> QueryDict:
        """The set filters as they stand in an address; nothing empty or wrong."""
        query = QueryDict(mutable=True)
        for name in self.set_values():
            query.setlist(name, self._raw(name))
        return query

    def chips(self) -> list[dict[str, str]]:
        """Each set filter in words, with the query that is left without it."""
        found = []
        for name, value in self.set_values().items():
            label = self.form.fields[name].label
            for raw, words in zip(self._raw(name), self.words(name, value), strict=False):
                rest = self.query()
                rest.setlist(name, [each for each in rest.getlist(name) if each != raw])
                found.append({"label": f"{label}: {words}" if words else str(label), "rest": rest.urlencode()})
        return found

    def set_values(self) -> dict[str, Any]:
        """The valid values that are set, by name."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def words(self, name: str, value: Any) -> list[str]:
        """What a chip says of a value: one text per chosen value, an empty one for a box that is ticked."""
        if value is True:
            return [""]
        field = self.form.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return [field.label_from_instance(value)]
        if isinstance(value, list):
            labels = dict(field.choices)
            return [str(labels[each]) for each in self._raw(name)]
        if isinstance(field, forms.DateField):
            return [written(value)]
        return [str(dict(getattr(field, "choices", ())).get(value, value))]

    def _raw(self, name: str) -> list[str]:
        if isinstance(self.form.fields[name], forms.BooleanField):
            return ["1"]
        given = self.data.getlist(name)
        is_list = isinstance(self.form.fields[name], forms.MultipleChoiceField)
        return list(dict.fromkeys(given)) if is_list else given[-1:]
