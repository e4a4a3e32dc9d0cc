from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Follow who sets up a second step of signing in."""
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415 - tables are loaded only now

        from accounts.two_step import remember_first_use  # noqa: PLC0415 - tables are loaded only now

        authenticator_added.connect(remember_first_use)
