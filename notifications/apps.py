from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import tracking  # noqa: F401, PLC0415 - it connects a receiver and needs the models
        from notifications.watching import mail_gauges, mail_leaves  # noqa: PLC0415
        from operations.health import declare_probe  # noqa: PLC0415
        from operations.metrics import declare_gauges  # noqa: PLC0415

        declare_probe(
            "mail", mail_leaves, says=_("Whether e-mail that is due leaves."), needed_by="work", uses_database=True
        )
        declare_gauges("mail", mail_gauges)
