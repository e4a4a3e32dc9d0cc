"""The incentive programmes in the words that staff keep: name, summary, and whether locations can enroll (R001).

The codes are fixed, since the rules go by them; their words are rows that staff edit in the admin. Nearly every page
names a programme, so all processes share one copy in the cache.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext

from kit.errors import RuleViolation
from partners.models import Program, ProgramCode

_KEY = "partners.programs"
_SECONDS = 300  # how long a copy may outlive a change that could not reach the cache
_FIELDS = ("code", "name", "summary", "guide_link", "is_open")


@dataclass(frozen=True, slots=True)
class ProgramText:
    """What partners read of one programme."""

    code: str
    name: str
    summary: str = ""
    guide_link: str = ""
    is_open: bool = True


def program_texts() -> dict[str, ProgramText]:
    """The words of every programme by its code, in the order that staff gave them.

    From the cache; after a change, or without a cache, one query. A programme without a row goes by its code's name.
    """
    kept = cache.get(_KEY)
    if kept is None:
        kept = _read()
        cache.add(_KEY, kept, _SECONDS)  # never over what a change has just put there
    return {each["code"]: ProgramText(**each) for each in kept}


def program_names() -> dict[str, str]:
    """The name of every programme by its code. As ``program_texts``."""
    return {code: text.name for code, text in program_texts().items()}


def names_of_programs(codes: Iterable[str]) -> list[str]:
    """The names of these programmes, in the order asked for. As ``program_texts``."""
    names = program_names()
    return [names[code] for code in codes]


def save_program(program: Program) -> None:
    """Save what staff changed about a programme; once it is committed, every process reads the new words."""
    program.save(update_fields=[*(name for name in _FIELDS if name != "code"), "position"])
    transaction.on_commit(renew_copy)


def renew_copy() -> None:
    """Put the programmes as the database has them into the cache."""
    cache.set(_KEY, _read(), _SECONDS)


def remember(texts: list[ProgramText]) -> None:
    """Put these words into the cache, without asking the database."""
    cache.set(_KEY, [asdict(text) for text in texts], _SECONDS)


def require_open(program: str) -> None:
    """Refuse a new enrollment in a programme that staff closed; asks the database. Raises RuleViolation."""
    row = Program.objects.filter(code=program, is_open=False).first()
    if row:
        raise RuleViolation(
            gettext("{program} is closed for new enrollments. Locations that are enrolled stay enrolled.").format(
                program=row.name
            )
        )


def _read() -> list[dict[str, object]]:
    rows = list(Program.objects.values(*_FIELDS))
    known = {row["code"] for row in rows}
    missing = [asdict(ProgramText(code.value, str(code.label))) for code in ProgramCode if code.value not in known]
    return [*rows, *missing]
