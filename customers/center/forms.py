"""Forms of the consent center."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.center.codes import masked
from customers.consent.handing_over import check_new_contact
from customers.consent.taking_back import item_restorable_until
from customers.forms import DenialForm
from customers.models import ConsentItem, ConsentRequest
from kit.errors import RuleViolation
from kit.texts import Text

KNOWN, UNKNOWN = "known", "unknown"


class AddressForm(forms.Form):
    """To which of the addresses that had the message a code goes. They are shown masked, and chosen by their place."""

    address = forms.TypedChoiceField(
        label=_("Where should the code go?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of these addresses."),
            "invalid_choice": _("Choose one of these addresses."),
        },
    )

    def __init__(self, *args: Any, addresses: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addresses = addresses
        self.fields["address"].choices = [(place, masked(each)) for place, each in enumerate(addresses)]  # type: ignore[attr-defined]
        self.fields["address"].initial = 0

    def chosen(self) -> str:
        """The address itself."""
        return self.addresses[self.cleaned_data["address"]]


class CodeForm(forms.Form):
    """The six digits. The rule says what is wrong with them."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
        error_messages={
            "required": _("Type the 6 digits of the code."),
            "max_length": _("Type the 6 digits of the code."),
        },
    )


class ItemsField(forms.MultipleChoiceField):
    """Products and subscriptions of one association to choose from; all that are offered are ticked to begin with."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, gone: Text, **kwargs: Any) -> None:
        messages = {"required": _("Choose at least one product or subscription."), "invalid_choice": gone}
        super().__init__(error_messages=messages, **kwargs)

    def offer(self, items: Sequence[ConsentItem]) -> None:
        """Let these be chosen, and no others."""
        self.choices = [(item.key, item.words) for item in items]
        self.initial = [item.key for item in items]


class PartDenialForm(DenialForm):
    """A denial of all or some products or subscriptions of one association (F7)."""

    items = ItemsField(
        label=_("What do you deny?"),
        help_text=_("Untick what the partner may keep."),
        gone=_("One of these has ended meanwhile. Choose among those that are associated now."),
    )
    field_order = ["items", "reasons", "comment", "share_comment"]

    def __init__(self, *args: Any, consent: ConsentRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = [item for item in consent.items.all() if item.ended_at is None]
        if len(standing) < 2 or not all(item.key for item in standing):
            del self.fields["items"]
            return
        self.fields["items"].offer(standing)  # type: ignore[attr-defined]


class TakeBackForm(forms.Form):
    """Which of the products and subscriptions that were denied alone are to be associated again (F7)."""

    items = ItemsField(
        label=_("What do you take back?"),
        help_text=_("Untick what stays denied."),
        gone=_("One of these can't be taken back any more. Choose among those that are listed now."),
    )

    def __init__(self, *args: Any, consent: ConsentRequest, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        denied = [item for item in consent.items.all() if _in_time(item_restorable_until(consent, item), now=now)]
        self.offers = bool(denied)
        self.fields["items"].offer(denied)  # type: ignore[attr-defined]


class AllDenialForm(DenialForm):
    """A denial of everything that was on the page; what was approved since is not denied unseen."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasons"].label = _("Let us know why you don't want these associations.")

    def shown_keys(self) -> list[int]:
        """The keys of the associations that the page listed; anything else in the field is passed over."""
        keys = self.cleaned_data["shown"].split(",")
        return [int(key) for key in keys[:1000] if key.isascii() and key.isdigit() and len(key) < 18]


class WrongPersonForm(forms.Form):
    """Who is the right person, where the contact knows (F7)."""

    known = forms.ChoiceField(
        label=_("Who should answer?"),
        choices=[
            (KNOWN, _("A colleague, whom I name below")),
            (UNKNOWN, pgettext_lazy("who should answer", "I don't know")),
        ],
        initial=KNOWN,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one answer."), "invalid_choice": _("Choose one answer.")},
    )
    name = forms.CharField(label=_("Name of the colleague"), max_length=120, required=False)
    email = forms.CharField(
        label=_("E-mail address of the colleague"),
        help_text=_("An address of your own organization. The message of Microsoft goes there."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(),
    )

    def __init__(self, *args: Any, consent: ConsentRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consent = consent

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("known") != KNOWN:
            return data
        if not data.get("name") and "name" not in self.errors:
            self.add_error("name", gettext("Enter the name of the right person."))
        if "email" not in self.errors:
            try:
                check_new_contact(self.consent, data.get("email", "").strip())
            except RuleViolation as violation:
                self.add_error("email", violation.message)
        return data


def _in_time(until: datetime | None, *, now: datetime) -> bool:
    return until is not None and now < until
