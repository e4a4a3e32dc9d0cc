"""Asking all invariants at once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from cpor_portal.invariants.definition import Invariant, parameters
from cpor_portal.invariants.of_claims import CLAIMS, HISTORY
from cpor_portal.invariants.of_files import DIFFERENT, SENTENCES, compare_files, different_files
from cpor_portal.invariants.of_messages import CONSENT, MAIL

QUERIES: list[Invariant] = [*CLAIMS, *HISTORY, *CONSENT, *MAIL]


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold, and the keys of what breaks it."""

    name: str
    sentence: str
    of: str
    ids: list[str]


def check_invariants(*, now: datetime, settled: bool = False, checksums: bool = False) -> list[Broken]:
    """Ask every invariant and return those that do not hold; changes nothing.

    ``settled`` says that nobody uses the portal, so that files of the last minutes are not excused as uploads under way;
    ``checksums`` reads every document too.
    """
    broken = [Broken(each.name, each.sentence, each.of, ids) for each in QUERIES if (ids := offenders(each))]
    files = compare_files(now=now, settled=settled)
    if checksums:
        files[DIFFERENT] = list(different_files())
    return broken + [Broken(name, *SENTENCES[name], ids) for name, ids in files.items() if ids]


def all_invariants(*, checksums: bool = False) -> list[str]:
    """The names of all that is asked."""
    return [each.name for each in QUERIES] + [name for name in SENTENCES if checksums or name != DIFFERENT]


def offenders(invariant: Invariant) -> list[str]:
    """Keys of the rows that break one invariant."""
    with connection.cursor() as cursor:
        cursor.execute(invariant.query, parameters())
        return [str(key) for (key,) in cursor.fetchall()]
