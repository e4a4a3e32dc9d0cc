"""How far the own MPN locations take part in each incentive programme."""

from collections.abc import Sequence
from dataclasses import dataclass

from partners.models import Location, Membership, ProgramCode


@dataclass(frozen=True, slots=True)
class Standing:
    """The person's active locations in one programme: those that are enrolled, and those whose claims cannot earn."""

    program: ProgramCode
    enrolled: Sequence[Location]
    others: Sequence[Location]

    @property
    def total(self) -> int:
        """How many active locations the person has access to."""
        return len(self.enrolled) + len(self.others)


def standings_of(membership: Membership) -> dict[str, Standing]:
    """The standing of each programme by its code, over the active locations of this person (R071, Q12). Three queries."""
    locations = [(each, {row.program for row in each.enrollments.all()}) for each in membership.active_locations()]
    return {
        program.value: Standing(
            program,
            [location for location, programs in locations if program in programs],
            [location for location, programs in locations if program not in programs],
        )
        for program in ProgramCode
    }
