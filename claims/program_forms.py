"""Forms of the programs page: the dropdown «Program», and the three questions of the advisor."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.advisor import Family, Wish, Work


class ProgramForm(forms.Form):
    """The dropdown «Program» (R012). Choosing nothing is fine and shows all three."""

    use_required_attribute = False
    program = forms.ChoiceField(
        label=_("Program"),
        required=False,
        error_messages={"invalid_choice": _("There is no such program. Select one from the list.")},
    )

    def __init__(self, *args: Any, names: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].choices = [("", gettext("Select a program")), *names.items()]  # type: ignore[attr-defined]


class AdvisorForm(forms.Form):
    """Three questions, each with one answer."""

    use_required_attribute = False
    family = forms.ChoiceField(
        label=_("Which product family is it?"),
        choices=Family.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Select a product family."),
            "invalid_choice": _("Select one of the product families."),
        },
    )
    work = forms.ChoiceField(
        label=_("What did you do for the customer?"),
        choices=Work.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what you did."), "invalid_choice": _("Select one of the answers.")},
    )
    wish = forms.ChoiceField(
        label=_("What do you want of the association?"),
        choices=Wish.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what you want."), "invalid_choice": _("Select one of the answers.")},
    )
