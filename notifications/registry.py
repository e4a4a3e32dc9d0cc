"""Every message that the portal sends, in one list: when it is told, to whom, and what it looks like.

The rooms that send declare theirs at start-up. Samples are made of invented facts by the same functions that write the
real messages, and change nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kit.texts import Text


@dataclass(frozen=True, slots=True)
class Sample:
    """One message as it would look. One without mail has only its ``notice``, what stands in the portal."""

    label: Text
    subject: str
    text: str = ""
    html: str = ""
    notice: str = ""


Make = Callable[[str], Sequence[Sample]]  # takes a language code


@dataclass(frozen=True, slots=True)
class RegisteredMessage:
    """One message of the process. ``code`` names it in addresses; ``kinds`` are the kinds of its mails and notices.

    ``when`` and ``to`` are whole sentences for staff. ``languages`` are the codes it is written in.
    """

    code: str
    title: Text
    when: Text
    to: Text
    kinds: tuple[str, ...]
    mailed: bool
    in_portal: bool
    make: Make
    languages: tuple[str, ...] = ("en",)


_registered: dict[str, RegisteredMessage] = {}


def register_messages(messages: Iterable[RegisteredMessage]) -> None:
    """Make messages known, in the order in which staff read them. Registering again replaces."""
    for message in messages:
        _registered[message.code] = message


def registered_messages() -> list[RegisteredMessage]:
    """All of them, in that order."""
    return list(_registered.values())


def find_message(code: str) -> RegisteredMessage | None:
    """The message of this code, or None."""
    return _registered.get(code)
