from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"

    def ready(self) -> None:
        """Listen for the customer's denial, check the settings of the review clock, declare messages and figures."""
        from claims import checks, receivers  # noqa: F401, PLC0415  (models must be loaded first)
        from claims.message_kinds import KINDS  # noqa: PLC0415
        from claims.message_samples import registered  # noqa: PLC0415
        from claims.watching import claim_gauges  # noqa: PLC0415
        from notifications.kinds import declare_kinds  # noqa: PLC0415
        from notifications.registry import register_messages  # noqa: PLC0415
        from operations.metrics import declare_gauges  # noqa: PLC0415

        declare_kinds(KINDS)
        register_messages(registered())
        declare_gauges("claims", claim_gauges)
