"""What a preview is for the page: one page of a document, or the sentence that says why there is none."""

from dataclasses import dataclass
from enum import StrEnum
from string import ascii_uppercase

from django.utils.translation import gettext_lazy as _

from kit.texts import Text


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


SENTENCES: dict[Outcome, Text] = {
    Outcome.SHOWN: "",
    Outcome.UNSUPPORTED: _("This kind cannot be previewed. Download it."),
    Outcome.TOO_SLOW: _("This document takes too long to show. Download it."),
    Outcome.TOO_LARGE: _("This document is too large to show. Download it."),
    Outcome.DAMAGED: _("This document cannot be shown: it is damaged or unusual. Download it to see whether it opens."),
    Outcome.PROTECTED: _(
        "This document is protected with a password and cannot be shown. Ask the partner for one without."
    ),
    Outcome.MISSING: _("The file of this document cannot be read right now. Try again later."),
    Outcome.BUSY: _("Several previews are being made right now. Try again in a moment."),
}


# What readers say of a page, by code. The process that reads a document knows no language, so the words are added here.
NOTES = {
    "no_text": _("The message has no plain text. Download it to read it."),
    "empty_sheet": _("This sheet is empty."),
    "empty_rows": _("The first {shown} rows are empty."),
    "first_rows": _("The first {shown} of {number:,} rows are shown. Download the file to see all."),
    "first_columns": _("The first {shown} of {number:,} columns are shown. Download the file to see all."),
    "no_layout": _("Pictures and layout of the slide are not shown here."),
    "pictures": _("The document holds pictures, which are not shown here, such as a scanned signature."),
}
# Where words stand that are no part of the running text.
PLACES = {
    "header": _("Header: {text}"),
    "footer": _("Footer: {text}"),
    "footnote": _("Footnote: {text}"),
    "speaker_notes": _("Speaker notes: {text}"),
    "further_rows": _("Further rows of this table are not shown here."),
}
_PAGES = {
    "Page": _("Page {page} of {pages}"),
    "Part": _("Part {page} of {pages}"),
    "Sheet": _("Sheet {page} of {pages}"),
    "Slide": _("Slide {page} of {pages}"),
}
_ONE = {"Page": _("Page"), "Part": _("Part"), "Sheet": _("Sheet"), "Slide": _("Slide")}
_MANY = {"Page": _("Pages"), "Part": _("Parts"), "Sheet": _("Sheets"), "Slide": _("Slides")}


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a page: a code of ``NOTES``, how many are shown, and of how many."""

    code: str
    shown: int = 0
    number: int = 0

    @property
    def sentence(self) -> str:
        """The remark in words."""
        return NOTES[self.code].format(shown=self.shown, number=self.number)


@dataclass(frozen=True, slots=True)
class Picture:
    """A WebP picture, already checked to hold pixels only."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text: «heading», «text», or «table» with its rows; a ``grid`` is a sheet with letters and numbers.

    ``where`` is one of ``PLACES``, for words that stand elsewhere in the document.
    """

    kind: str
    words: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    grid: bool = False
    where: str = ""

    @property
    def text(self) -> str:
        """The words as they are shown, with where they stand."""
        return PLACES[self.where].format(text=self.words) if self.where else self.words

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
    told: tuple[Note, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether there is a page to look at."""
        return self.outcome == Outcome.SHOWN

    @property
    def may_work_later(self) -> bool:
        """Whether trying again makes sense."""
        return self.outcome in {Outcome.BUSY, Outcome.MISSING}

    @property
    def sentence(self) -> Text:
        """Why there is no page, for the reader; empty when there is one."""
        return SENTENCES[self.outcome]

    @property
    def place(self) -> str:
        """Where one is, such as «Page 2 of 7»."""
        return _PAGES[self.word].format(page=self.page, pages=self.pages)

    @property
    def word_for_one(self) -> Text:
        """What a page of this kind of document is called."""
        return _ONE[self.word]

    @property
    def word_for_many(self) -> Text:
        """The same of several."""
        return _MANY[self.word]

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks on the page, in words."""
        return tuple(each.sentence for each in self.told)

    @property
    def previous_page(self) -> int | None:
        """The page before; None on the first."""
        return self.page - 1 if self.page > 1 else None

    @property
    def next_page(self) -> int | None:
        """The page after; None on the last."""
        return self.page + 1 if self.page < self.pages else None
