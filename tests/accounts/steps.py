"""Codes of an authenticator app, as the app itself would show them."""

import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SET_UP, USE = "/accounts/two-step/totp/activate/", "/accounts/two-step/authenticate/"
CONFIRM, INDEX = "/accounts/two-step/reauthenticate/", "/accounts/two-step/"
DESK = "/admin/"


def code(secret=SECRET, *, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_app(user):
    """Give the person an authenticator app; its recovery codes are returned."""
    TOTP.activate(user, SECRET)
    return RecoveryCodes.activate(user).generate_codes()
