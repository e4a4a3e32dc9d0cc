"""The customer contact in forms: of the wizard, and of the dialog in which a partner names another one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.contacting import refusal_of_address
from claims.models import Claim

NOT_AN_ADDRESS = _("Enter an e-mail address such as name@company.com.")
OWN_COMPANY = _("The customer's contact must not belong to your own company: both addresses end in the same domain.")

OWN_PEOPLE = _("The customer's contact must not belong to your own company: this address has an account in it.")


class CustomerContact(forms.Form):
    """The fields of the customer's contact (R101)."""

    customer_name = forms.CharField(
        label=_("Business contact name"),
        max_length=120,
        error_messages={"required": _("Enter the name of your customer's contact.")},
    )
    customer_email = forms.EmailField(
        label=_("Business contact email"),
        max_length=254,
        error_messages={
            "required": _("Enter the e-mail address of your customer's contact."),
            "invalid": NOT_AN_ADDRESS,
        },
    )
    customer_title = forms.CharField(
        label=_("Business contact work title"),
        max_length=120,
        error_messages={"required": _("Enter the work title of your customer's contact.")},
    )


class ContactForm(CustomerContact):
    """Another contact for a customer that was not reached."""

    use_required_attribute = False

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        self._claim = claim
        kwargs.setdefault("label_suffix", "")
        initial = {
            "customer_name": claim.customer_contact_name,
            "customer_email": claim.customer_contact_email,
            "customer_title": claim.customer_contact_title,
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean_customer_email(self) -> str:
        """An address that can be the customer's; the one that was not reached only while asking it again can help."""
        address = str(self.cleaned_data["customer_email"])
        if same_domain(address, self._claim.partner_contact_email):
            raise forms.ValidationError(OWN_COMPANY)
        if refusal := refusal_of_address(self._claim, address):
            raise forms.ValidationError(refusal)
        return address


def same_domain(one: str, other: str) -> bool:
    """Whether two addresses end in the same domain: the customer's contact must not be the partner's own (Q47)."""
    return bool(one) and one.rsplit("@", 1)[-1].lower() == other.rsplit("@", 1)[-1].lower()
