"""What a preview is for the page: one page of a document, or the sentence that says why there is none."""

from dataclasses import dataclass
from enum import StrEnum
from string import ascii_uppercase


class Outcome(StrEnum):
    """How the rendering ended."""

    SHOWN = "shown"
    UNSUPPORTED = "unsupported"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    PROTECTED = "protected"
    MISSING = "missing"
    BUSY = "busy"


SENTENCES = {
    Outcome.SHOWN: "",
    Outcome.UNSUPPORTED: "This kind cannot be previewed. Download it.",
    Outcome.TOO_SLOW: "This document takes too long to show. Download it.",
    Outcome.TOO_LARGE: "This document is too large to show. Download it.",
    Outcome.DAMAGED: "This document cannot be shown: it is damaged or unusual. Download it to see whether it opens.",
    Outcome.PROTECTED: "This document is protected with a password and cannot be shown. Ask the partner for one without.",
    Outcome.MISSING: "The file of this document cannot be read right now. Try again later.",
    Outcome.BUSY: "Several previews are being made right now. Try again in a moment.",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A WebP picture, already checked to hold pixels only."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text: «heading», «text», or «table» with its rows; a ``grid`` is a sheet with letters and numbers."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    grid: bool = False

    @property
    def letters(self) -> list[str]:
        """The names of a sheet's columns: A to Z, then AA and so on."""
        width = len(self.rows[0]) if self.rows else 0
        return [(ascii_uppercase[at // 26 - 1] if at >= 26 else "") + ascii_uppercase[at % 26] for at in range(width)]


@dataclass(frozen=True, slots=True)
class Preview:
    """One page of a document as it can be shown. Anything but SHOWN has a sentence and nothing else."""

    outcome: Outcome
    page: int = 1
    pages: int = 1
    word: str = "Page"
    title: str = ""
    picture: Picture | None = None
    text: str = ""
    blocks: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether there is a page to look at."""
        return self.outcome == Outcome.SHOWN

    @property
    def may_work_later(self) -> bool:
        """Whether trying again makes sense."""
        return self.outcome in {Outcome.BUSY, Outcome.MISSING}

    @property
    def sentence(self) -> str:
        """Why there is no page, for the reader; empty when there is one."""
        return SENTENCES[self.outcome]

    @property
    def place(self) -> str:
        """Where one is, such as «Page 2 of 7»."""
        return f"{self.word} {self.page} of {self.pages}"

    @property
    def previous_page(self) -> int | None:
        """The page before; None on the first."""
        return self.page - 1 if self.page > 1 else None

    @property
    def next_page(self) -> int | None:
        """The page after; None on the last."""
        return self.page + 1 if self.page < self.pages else None
