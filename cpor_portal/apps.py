from datetime import UTC, datetime

from django.apps import AppConfig
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Audience, MessageKind, declare_kinds
from notifications.registry import RegisteredMessage, Sample, register_messages
from notifications.rendering import render_mail

ACCOUNT_MAIL = MessageKind(
    code="account",
    label=_("Sign-in and password"),
    description=_("What you asked for on the sign-in page, such as a new password."),
    icon="person",
    always_mailed=_("You asked for it yourself, and without it you may not get in."),
    audience=Audience.EVERYBODY,
)


def account_mail() -> RegisteredMessage:
    """The mail of the sign-in pages, for the list that staff read."""
    return RegisteredMessage(
        code="account",
        title=ACCOUNT_MAIL.label,
        when=_("Somebody asks for a new password, or changes it."),
        to=_("The person whose account it is."),
        kinds=(ACCOUNT_MAIL.code,),
        mailed=True,
        in_portal=False,
        make=lambda language: [_sample("password_reset_key"), _sample("password_changed")],
    )


def _sample(name: str) -> Sample:
    context = {
        "password_reset_url": f"{settings.PORTAL_URL}/accounts/password/reset/key/…/",
        "email": "ola@fabrikam.example",
        "current_site": {"name": "Microsoft Partner Center", "domain": settings.PORTAL_URL},  # unread
        "timestamp": datetime(2026, 3, 25, 14, 30, tzinfo=UTC),
        "ip": "192.0.2.7",
    }
    title = render_to_string(f"account/email/{name}_subject.txt", context).strip()
    body = render_to_string(f"account/email/{name}_message.txt", context).strip()
    return Sample(title, *render_mail("account", {"title": title, "body": body}))


class PortalConfig(AppConfig):
    """The frame around the rooms: home page, probes of no room, error pages."""

    name = "cpor_portal"

    def ready(self) -> None:
        """Declare the mail of the sign-in pages, which nobody can switch off, and the probes of no room."""
        declare_kinds([ACCOUNT_MAIL])
        register_messages([account_mail()])
        from cpor_portal.probes import declare_probes  # noqa: PLC0415 - it needs the models

        declare_probes()
