"""Internal notes, which only Microsoft reads, beside the comments of a claim, which its partner reads too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Value
from django.utils.translation import gettext

from accounts.models import User
from claims.enums import ActorKind
from claims.models import Claim, Comment
from kit.errors import RuleViolation
from kit.texts import Text
from review.models import Note
from review.rows import name_at

MAX_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Said:
    """A comment or a note as staff read it: with the name of the person."""

    who: Text
    side: Text
    text: str
    at: datetime


def add_note(claim: Claim, *, text: str, author: User, now: datetime) -> Note:
    """Write a note for colleagues, without outer spaces. No history, no message, no change of the claim's version.

    Raises RuleViolation when it is empty or too long.
    """
    text = text.strip()
    if not text:
        raise RuleViolation(gettext("Write a note first."))
    if len(text) > MAX_NOTE:
        raise RuleViolation(gettext("A note has at most {most:,} characters.").format(most=MAX_NOTE))
    return Note.objects.create(claim=claim, author=author, text=text, written_at=now)


def comments_and_notes(claim: Claim) -> tuple[list[Said], list[Said]]:
    """The thread that the partner reads, and the notes that it never reads, each oldest first. One query."""
    comments = _told(Comment.objects.filter(claim=claim), side=F("author_kind"), is_note=0)
    notes = _told(Note.objects.filter(claim=claim), side=Value("", CharField()), is_note=1)
    rows = comments.union(notes, all=True).order_by("at", "key")
    found: tuple[list[Said], list[Said]] = ([], [])
    for is_note, _, who, side, text, at in rows:
        label = ActorKind(side).label if side else ""
        found[is_note].append(Said(who or label, label, text, at))
    return found


def _told(rows: Any, *, side: Any, is_note: int) -> Any:
    columns = {"is_note": Value(is_note), "key": F("pk"), "who": name_at("author"), "side": side}
    named = rows.order_by().annotate(**columns, said=F("text"), at=F("written_at"))
    return named.values_list("is_note", "key", "who", "side", "said", "at")
