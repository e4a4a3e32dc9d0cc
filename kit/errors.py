"""The two refusals a rule may raise. Their text is written for the person who reads it on the page."""

from django.utils.translation import gettext

from kit.texts import Text


class RuleViolation(Exception):
    """A rule says no. ``message`` is a whole sentence for a person; nothing was changed."""

    def __init__(self, message: Text) -> None:
        self.message = str(message)
        super().__init__(self.message)


class StaleRecord(RuleViolation):
    """Somebody else changed the record first; the page must be read again. Nothing was changed."""

    def __init__(self, message: Text = "") -> None:
        super().__init__(
            message or gettext("This claim was changed by someone else in the meantime. Read it again, then decide.")
        )
