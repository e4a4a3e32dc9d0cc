from django.apps import AppConfig

from cpor_portal.probes import declare_probes
from notifications.kinds import Audience, MessageKind, declare_kinds

ACCOUNT_MAIL = MessageKind(
    code="account",
    label="Sign-in and password",
    description="What you asked for on the sign-in page, such as a new password.",
    icon="person",
    always_mailed="You asked for it yourself, and without it you may not get in.",
    audience=Audience.EVERYBODY,
)


class PortalConfig(AppConfig):
    """The frame around the rooms: home page, probes of no room, error pages."""

    name = "cpor_portal"

    def ready(self) -> None:
        """Declare the mail of the sign-in pages, which nobody can switch off, and the probes of no room."""
        declare_kinds([ACCOUNT_MAIL])
        declare_probes()
