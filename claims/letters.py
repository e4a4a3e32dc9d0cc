"""The matter of a message about a claim: paragraphs and lists, the same for the mail's text, its HTML and the notice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import ClaimEvent
from kit.texts import Text

_REASONS = _("The reasons:")
_PRODUCTS: dict[str, Text] = {
    "accepted": _("Accepted"),
    "refused": _("Not approved"),
    "lost": _("No longer associated"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One entry of a list: what it is about and why in a few words, and what is said of it, paragraph by paragraph."""

    head: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Points:
    """A list with a line above it; numbered when it is a list of what to do."""

    title: Text
    points: tuple[Point, ...]
    numbered: bool = False


Block = str | Points


def said_in(event: ClaimEvent, *, reasons: Text = _REASONS, numbered: bool = False) -> list[Block]:
    """What a decision said: its reasons as a list under the line ``reasons``, the products it names, the reviewer's words."""
    blocks: list[Block] = []
    if event.data.get("reasons"):
        blocks.append(Points(reasons, tuple(_point(reason) for reason in event.data["reasons"]), numbered))
    blocks += [products(label, event.data[key]) for key, label in _PRODUCTS.items() if event.data.get(key)]
    if event.data.get("message"):
        blocks.append(event.data["message"])
    return blocks


def products(label: Text, names: Iterable[str]) -> Points:
    """A list of products by name."""
    return Points(f"{label}:", tuple(Point(name) for name in names))


def answers_in(event: ClaimEvent) -> list[Block]:
    """What the partner answered, item by item."""
    given = event.data.get("answers", [])
    points = tuple(Point(each["about"], (each["answer"],)) for each in given)
    return [Points(gettext("Your answers:"), points)] if points else []


def as_sentence(blocks: Sequence[Block]) -> str:
    """The blocks one after the other, as a notice tells them."""
    return " ".join(_in_words(block) for block in blocks)


def _point(reason: dict[str, Any]) -> Point:
    head = f"{reason['about']}: {reason['title']}" if reason.get("about") else reason["title"]
    return Point(head, tuple(part for part in (reason["text"], reason.get("note", "")) if part))


def _in_words(block: Block) -> str:
    if isinstance(block, str):
        return block
    named = all(not point.says for point in block.points)
    if named:
        return f"{block.title} {', '.join(point.head for point in block.points)}."
    return " ".join([str(block.title), *(" ".join((f"{point.head}.", *point.says)) for point in block.points)])
