"""Broken invariants in words, for people at a terminal."""

from collections.abc import Iterable

from cpor_portal.invariants.checking import Broken

LISTED = 20


def tell_broken(broken: Iterable[Broken]) -> list[str]:
    """One line for each: its name, what is wrong, and the keys of the first twenty."""
    return [_line(each) for each in broken]


def _line(broken: Broken) -> str:
    more = f" and {len(broken.ids) - LISTED:,} more" if len(broken.ids) > LISTED else ""
    return f"{broken.name}: {broken.sentence} ({broken.of} {', '.join(broken.ids[:LISTED])}{more})"
