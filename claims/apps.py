from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"

    def ready(self) -> None:
        """Listen for the customer's denial."""
        from claims import receivers  # noqa: F401, PLC0415  (models must be loaded first)
