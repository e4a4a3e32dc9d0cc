from django.apps import AppConfig


class DemoConfig(AppConfig):
    """What a person trying the portal needs beside it: the mailbox, the sample data."""

    name = "demo"
    verbose_name = "Demo"
