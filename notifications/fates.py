"""What can become of a mail."""

from enum import StrEnum


class Fate(StrEnum):
    """One thing that happened to a mail after it was queued; the rooms that sent it may have to follow."""

    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    COMPLAINED = "complained"
