"""What the sign-in package asks about two-step sign-in: how its keys are kept, and what is said when a code is wrong."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kit.errors import RuleViolation

UNREADABLE = _("Your two-step sign-in can no longer be read. Ask an administrator of the portal to reset it.")


class PortalMFAAdapter(DefaultMFAAdapter):
    """Keys of authenticator apps and recovery codes lie encrypted in the database: a copy of it signs nobody in."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This code is not right, or it was used before. Wait for the app's next code and try again."
        ),
    }

    def get_totp_issuer(self) -> str:
        """The name under which the authenticator app lists the account."""
        return "Microsoft Partner Center"  # unread

    def encrypt(self, text: str) -> str:
        """Encrypt with SECRET_KEY."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt with SECRET_KEY or one of its fallbacks. Raises RuleViolation with a sentence when none fits."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise RuleViolation(UNREADABLE) from error


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"two-step sign-in:{key}".encode()).digest() for key in keys]  # unread
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
