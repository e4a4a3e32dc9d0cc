from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Follow who sets up a second step of signing in."""
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415 - tables are loaded only now

        from accounts.two_step import remember_first_use  # noqa: PLC0415 - tables are loaded only now

        authenticator_added.connect(remember_first_use)
