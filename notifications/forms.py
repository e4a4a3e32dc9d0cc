"""The form of the notification settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.preferences import audience_of, choose_mail, muted_kinds, switchable_kinds


class MailChoiceForm(forms.Form):
    """Which kinds of messages also come by mail: one box to tick, with all kinds a person decides about."""

    wanted = forms.MultipleChoiceField(
        label=_("Also send me by e-mail"),
        required=False,
        error_messages={
            "invalid_choice": _("One of the ticked messages does not exist. Check the list and save again.")
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.kinds = switchable_kinds(audience_of(user))
        self.fields["wanted"].choices = [(kind.code, kind.label) for kind in self.kinds]  # type: ignore[attr-defined]
        if not self.is_bound:
            muted = muted_kinds(user)
            self.initial["wanted"] = [kind.code for kind in self.kinds if kind.code not in muted]

    @property
    def ticked(self) -> list[str]:
        """The codes whose box is ticked: as stored, or as sent."""
        return list(self["wanted"].value() or [])

    def save(self) -> None:
        """Keep the choice."""
        choose_mail(self.user, wanted=self.cleaned_data["wanted"])
