"""Where staff have a mail written anew, when sending the same again is no use or its body is no longer kept.

The rooms that write mail declare that for their kinds when they start; this room knows none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kit.texts import Text
from notifications.models import OutgoingEmail
from notifications.models.mail import TROUBLE


@dataclass(frozen=True, slots=True)
class Way:
    """The address where a mail can be written anew, and what to do there."""

    label: Text
    url: str


_ways: dict[str, Callable[[OutgoingEmail], Way | None]] = {}


def declare_way(kind: str, find: Callable[[OutgoingEmail], Way | None]) -> None:
    """Let mail of a kind be written anew where ``find`` says; None for a mail that is not. Declaring again replaces."""
    _ways[kind] = find


def way_of(mail: OutgoingEmail) -> Way | None:
    """Where this failed or bounced mail is written anew; None for other mail, and where nobody declared it."""
    find = _ways.get(mail.kind)
    return find(mail) if find and mail.status in TROUBLE else None
