from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The customer's side: catalogue, directory, consent."""

    name = "customers"

    def ready(self) -> None:
        """Listen for what becomes of mail: the days to opt out follow it."""
        from customers import receivers  # noqa: F401, PLC0415  (models must be loaded first)
