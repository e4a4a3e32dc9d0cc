"""The forms of two-step sign-in: the package's own, in our words, and with codes that count once."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.two_step import APP, use_code_once
from kit.texts import Text

LONGEST_CODE = 20


def code_field(label: Text, hint: Text) -> forms.CharField:
    """A field for a code of an authenticator app or a recovery code."""
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}
    return forms.CharField(
        label=label, help_text=hint, max_length=LONGEST_CODE, widget=forms.TextInput(attrs=attributes),
        error_messages={"required": _("Enter a code.")},
    )  # fmt: skip


class _UsedOnce(forms.Form):
    def clean_code(self) -> str:
        """The code, spaces and dashes aside; a code of the app that was used before is refused as wrong."""
        code: str = super().clean_code()  # type: ignore[misc]
        authenticator: Any = self.authenticator  # type: ignore[attr-defined]
        digits = "".join(sign for sign in code if sign.isdigit())
        if authenticator.type == APP and not use_code_once(authenticator, digits):
            raise get_adapter().validation_error("incorrect_code")
        return code


_EITHER = _("6 digits from your authenticator app, or one of your recovery codes.")


class SecondStepForm(_UsedOnce, AuthenticateForm):
    """The second step of signing in."""

    code = code_field(_("Code"), _EITHER)


class ConfirmWithCodeForm(_UsedOnce, ReauthenticateForm):
    """The code once more, before something about the account is changed or the desk opens."""

    code = code_field(_("Code"), _EITHER)


class SetUpForm(ActivateTOTPForm):
    """The first code of a new authenticator app: it proves that the app has the key."""

    code = code_field(_("Code from the app"), _("6 digits. They change every 30 seconds."))

    @property
    def spaced_secret(self) -> str:
        """The key in groups of four, for typing."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))
