from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The frame around the rooms: home page, health, error pages."""

    name = "cpor_portal"
