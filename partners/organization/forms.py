"""Forms of the organisation's settings and of the page on which an invited person joins."""

import re
from typing import Any, cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.rendering import one_line
from partners.models import Invitation, Location, Membership, PartnerOrganization, Role

NOT_AN_ADDRESS = _("Enter an e-mail address such as name@company.com.")
_ADDRESS_IN_NAME = re.compile(r"://|www\.|@", re.IGNORECASE)
_HELP = {
    Role.INCENTIVE_ADMIN: _(
        "Creates and sees customer associations, and manages people, enrollments and these settings."
    ),
    Role.INCENTIVE_USER: _("Creates and sees customer associations."),
    Role.MEMBER: _("Belongs to the organization, and does not see customer associations."),
}


def _roles() -> list[tuple[str, str]]:
    """The choices of a role, each with what it means."""
    return [
        (role.value, format_html('{}<small class="choice__help"> {}</small>', role.label, help_text))
        for role, help_text in _HELP.items()
    ]


ALL, CHOSEN = "all", "chosen"


def _validate_name(value: str) -> None:
    """Names are printed in mails, where an address among them would become a link."""
    if _ADDRESS_IN_NAME.search(value):
        raise ValidationError(gettext("Enter a name without a web or e-mail address."))


class PersonNameField(forms.CharField):
    """The name of a person, on one line."""

    default_validators = [_validate_name]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("error_messages", {"required": _("Enter the person's full name.")})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text if "\0" in text else one_line(text)  # a null is refused by the validator, not hidden from it


def _email_field(**kwargs: Any) -> forms.EmailField:
    return forms.EmailField(
        max_length=254,
        error_messages={"required": _("Enter an e-mail address."), "invalid": NOT_AN_ADDRESS},
        **kwargs,
    )


class PlainForm(forms.Form):
    """Leaves every check to the server, which says it in words."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class ContactForm(PlainForm):
    """The preferred contact: both parts, or none."""

    name = PersonNameField(label=_("Contact name"), required=False)
    email = _email_field(label=_("Contact email"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"name", "email"} <= cleaned.keys() and bool(cleaned["name"]) != bool(cleaned["email"]):
            if cleaned["name"]:
                said = gettext("Enter an e-mail address. To have no preferred contact, leave both empty.")
                self.add_error("email", said)
            else:
                self.add_error("name", gettext("Enter a name. To have no preferred contact, leave both empty."))
        return cleaned


class LocationBoxes(forms.ModelMultipleChoiceField):
    """MPN locations to tick; an inactive one says so."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Location) -> str:
        return str(obj) if obj.is_active else gettext("{location}, inactive").format(location=obj)


class MemberForm(PlainForm):
    """Role and MPN access of a person (R071, Q34)."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=_roles,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select a role."), "invalid_choice": _("Select one of these roles.")},
    )
    reach = forms.ChoiceField(
        label=_("MPN access"),
        choices=[(ALL, _("All locations, also those added later")), (CHOSEN, _("Only the locations selected below"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select an MPN access."), "invalid_choice": _("Select one of these.")},
    )
    locations = LocationBoxes(
        label=_("MPN locations"),
        queryset=Location.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": _("One of these is no MPN location of your organization."),
            "invalid_pk_value": _("One of these is no MPN location of your organization."),
            "invalid_list": _("One of these is no MPN location of your organization."),
        },
    )

    def __init__(self, *args: Any, organization: PartnerOrganization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(LocationBoxes, self.fields["locations"]).queryset = organization.locations.all()

    @classmethod
    def of(cls, source: Membership | Invitation, data: Any = None) -> "MemberForm":
        """The form as it stands for a person; typed ``data`` goes before."""
        chosen = [location.pk for location in source.locations.all()]
        initial = {"role": source.role, "reach": CHOSEN if chosen else ALL, "locations": chosen}
        return cls(data, organization=source.organization, initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reach") == CHOSEN and "locations" in cleaned and not cleaned["locations"]:
            self.add_error("locations", gettext("Select at least one MPN location, or give access to all of them."))
        return cleaned

    @property
    def chosen_locations(self) -> list[Location]:
        """The locations the access is limited to; empty means all. Call only when the form is valid."""
        return list(self.cleaned_data["locations"]) if self.cleaned_data["reach"] == CHOSEN else []


class InvitationForm(MemberForm):
    """Whom to invite, in which role, with which access."""

    email = _email_field(label=_("E-mail address"))
    full_name = PersonNameField(label=_("Full name"))
    field_order = ["email", "full_name", "role", "reach", "locations"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"role": Role.INCENTIVE_USER, "reach": ALL})
        super().__init__(*args, **kwargs)
        for name in ("email", "full_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"


class JoinForm(PlainForm):
    """An invited person's name and first password, typed twice."""

    full_name = PersonNameField(label=_("Full name"), error_messages={"required": _("Enter your full name.")})
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )
    password2 = forms.CharField(
        label=_("Password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Type the password again.")},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        validate_password(password, User(email=self.email, full_name=str(self.data.get("full_name", ""))))
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"password1", "password2"} <= cleaned.keys() and cleaned["password1"] != cleaned["password2"]:
            self.add_error("password2", gettext("The two passwords differ. Type the same password again."))
        return cleaned
