"""Parts of a claim's history that a person may look at alone (R124)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from claims.enums import ActorKind, ClaimAction
from claims.models import ClaimEvent
from kit.texts import Text

_DOCUMENTS = frozenset(
    {ClaimAction.ADD_DOCUMENT, ClaimAction.REMOVE_DOCUMENT, ClaimAction.NOTE_DOCUMENT, ClaimAction.REFRESH_POE}
)
_MICROSOFT = frozenset({ActorKind.REVIEWER, ActorKind.SYSTEM})


@dataclass(frozen=True, slots=True)
class Part:
    """One choice of the filter: its word in the address, its label, which rows it lets through, and what is said of none."""

    code: str
    label: Text
    shows: Callable[[ClaimEvent], bool]
    none: Text


PARTS = (
    Part("all", _("All"), lambda event: True, _("Nothing has happened yet.")),
    Part("status", _("Status changes"), lambda event: bool(event.to_status), _("The status has not changed yet.")),
    Part("documents", _("Documents"), lambda event: event.action in _DOCUMENTS, _("No document has been uploaded yet.")),
    Part("comments", _("Comments"), lambda event: event.action == ClaimAction.COMMENT, _("Nobody has written a comment yet.")),
    Part("microsoft", "Microsoft", lambda event: event.actor_kind in _MICROSOFT, _("Microsoft has not acted on this claim yet.")),
    Part("us", _("Your company"), lambda event: event.actor_kind == ActorKind.PARTNER, _("Your company has not acted on this claim.")),
)  # fmt: skip
_BY_CODE = {part.code: part for part in PARTS}


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice with the number of rows behind it."""

    part: Part
    count: int
    chosen: bool


def part_named(code: str) -> Part:
    """The part with this word; everything for any other word."""
    return _BY_CODE.get(code, PARTS[0])


def choices_for(events: Sequence[ClaimEvent], *, chosen: Part) -> list[Choice]:
    """All choices with their numbers of rows."""
    return [Choice(part, sum(map(part.shows, events)), part is chosen) for part in PARTS]
