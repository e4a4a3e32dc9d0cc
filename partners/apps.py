from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self) -> None:
        """Declare the kind of notices about a person's place in the organisation."""
        from notifications.kinds import MessageKind, declare_kinds  # noqa: PLC0415  (models must be loaded first)
        from notifications.registry import register_messages  # noqa: PLC0415
        from partners.message_samples import registered  # noqa: PLC0415

        declare_kinds(
            [
                MessageKind(
                    code="organization",
                    label=_("Your organization"),
                    description=_("Your role, your access or your invitations changed."),
                    icon="organization",
                    mailed=False,
                )
            ]
        )
        register_messages(registered())
