"""Kinds of messages. The packages that send declare theirs at start-up; nothing here knows what they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from kit.texts import Text


class Audience(StrEnum):
    """Whom a kind of message is for. Nobody is shown kinds that can never reach it."""

    PARTNER = "partner"
    STAFF = "staff"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message as a person knows it, in the notification settings and in the list of notices.

    ``code`` is what stands on a notice or mail; ``includes`` are further codes that are the same to a person.
    ``tone`` is info, success, warning or error. ``tag`` is a word or two on the notice. A kind with ``always_mailed``
    cannot be switched off, and the text says why. One with ``mailed=False`` is told in the portal only. ``audience`` says
    in whose settings it stands.
    """

    code: str
    label: Text
    description: Text
    icon: str = "bell"
    tone: str = "info"
    tag: Text = ""
    includes: tuple[str, ...] = ()
    always_mailed: Text = ""
    mailed: bool = True
    audience: Audience = Audience.PARTNER

    @property
    def can_be_switched_off(self) -> bool:
        """Whether a person decides about the mail of this kind; never for one that nobody declared."""
        return bool(self.code) and self.mailed and not self.always_mailed


UNKNOWN = MessageKind(code="", label=_("Message"), description="")
_declared: dict[str, MessageKind] = {}
_by_code: dict[str, MessageKind] = {}


def declare_kinds(kinds: Iterable[MessageKind]) -> None:
    """Make kinds known, in the order in which settings show them. Called at start-up; declaring again replaces."""
    for kind in kinds:
        _declared[kind.code] = kind
        for code in (kind.code, *kind.includes):
            _by_code[code] = kind


def declared_kinds(audience: Audience | None = None) -> list[MessageKind]:
    """Every kind that was declared, or those that can reach this audience, in that order."""
    wanted = {audience, Audience.EVERYBODY}
    return [kind for kind in _declared.values() if audience is None or kind.audience in wanted]


def kind_of(code: str) -> MessageKind:
    """The kind that a notice or mail with this code belongs to; ``UNKNOWN`` when nobody declared it."""
    return _by_code.get(code, UNKNOWN)
