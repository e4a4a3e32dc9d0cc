from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The customer's side: catalogue, directory, consent."""

    name = "customers"

    def ready(self) -> None:
        """Listen for what becomes of mail, which the days to opt out follow; list the messages to customers."""
        from customers import receivers  # noqa: F401, PLC0415  (models must be loaded first)
        from customers.message_samples import registered  # noqa: PLC0415
        from notifications.registry import register_messages  # noqa: PLC0415

        register_messages(registered())
