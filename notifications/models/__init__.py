"""Messages as rows: mail on its way out and what became of it, and notices inside the portal."""

from notifications.models.fates import DeliveryReport, MailFate
from notifications.models.mail import OutgoingEmail
from notifications.models.notices import FeedAddress, MutedMail, Notice, validate_local_path

__all__ = ["DeliveryReport", "FeedAddress", "MailFate", "MutedMail", "Notice", "OutgoingEmail", "validate_local_path"]
