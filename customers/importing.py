"""The one way in which an import says no."""

from kit.errors import RuleViolation


class ImportRefused(RuleViolation):
    """A file was refused whole; nothing changed. ``place`` says where in it, ``reason`` what is wrong."""

    def __init__(self, reason: str, *, place: str = "") -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.place = place
        self.reason = reason
