from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = _("Reviewers' desk")
    default = True

    def ready(self) -> None:
        """Follow the moves of claims, inside their transactions; check the desk's settings; declare its mail."""
        from customers.consent import CONSENT_MAIL  # noqa: PLC0415 - tables are loaded only now
        from notifications.anew import declare_way  # noqa: PLC0415
        from notifications.kinds import declare_kinds  # noqa: PLC0415
        from notifications.registry import register_messages  # noqa: PLC0415
        from review import not_reached, receivers, settings_checks  # noqa: F401, PLC0415
        from review.asking_again import way_to_ask_again  # noqa: PLC0415
        from review.digest import KIND  # noqa: PLC0415
        from review.escalation import DUE, OVERDUE  # noqa: PLC0415
        from review.message_samples import registered  # noqa: PLC0415

        declare_kinds([KIND, DUE, OVERDUE, not_reached.KIND])
        register_messages(registered())
        declare_way(CONSENT_MAIL, way_to_ask_again)


class DeskConfig(admin_apps.AdminConfig):
    """The stock admin with the desk as its site; named by a path, because the site needs loaded apps."""

    default_site = "review.site.DeskSite"
    default = False
